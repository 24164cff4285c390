# Every kind of number, to the last bit.
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

def same(value):
    return value

def tomorrow(day):
    return day + timedelta(days=1)

def big():
    return 2 ** 500

def halves():
    return Fraction(1, 2), Decimal("0.50"), 0.5, 1j / 2
# tests:
for value in (0, -1, 2**63, -(2**63), 2**64, 1e308, -0.0, 5e-324, 1 + 2j, True, None, "é\ud800", b"\0\xff", range(1, 9, 2), ...):
    assert same(value) == value and type(same(value)) is type(value)
assert str(same(-0.0)) == "-0.0" and same(float("nan")) != same(float("nan")) and same(float("inf")) == float("inf")
assert big() == 2 ** 500 and halves() == (Fraction(1, 2), Decimal("0.5"), 0.5, 0.5j)
import datetime
assert tomorrow(datetime.date(2024, 2, 28)) == datetime.date(2024, 2, 29)
assert same(datetime.datetime(2020, 1, 2, 3, 4, 5, 6)) - datetime.datetime(2020, 1, 1) == datetime.timedelta(1, 11045, 6)
assert same(frozenset([1])) == {1} and same((1, [2])) == (1, [2]) and same(True) is True and same(slice(1, 2)) == slice(1, 2)
