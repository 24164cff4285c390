# Infinities, zeros with signs, huge and tiny numbers, exact decimals, bases and bit tricks.
import cmath
import math
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

def edges():
    return [float("inf"), float("-inf"), -0.0, 5e-324, 1.7976931348623157e308, 2 ** 1000, -(10 ** 400)]

def is_nan(x):
    return x != x

def money(text):
    return Decimal(text).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

def precise():
    with localcontext() as context:
        context.prec = 40
        return Decimal(1) / Decimal(7)

def roots(a, b, c):
    d = cmath.sqrt(b * b - 4 * a * c)
    return (-b + d) / (2 * a), (-b - d) / (2 * a)

def continued(x):
    return Fraction(x).limit_denominator(100)

def based(n, base):
    return "".join("0123456789abcdef"[n // base ** i % base] for i in reversed(range(8))).lstrip("0")
# tests:
import math
from decimal import Decimal
from fractions import Fraction
found = edges()
assert found[0] == math.inf and found[1] == -math.inf and math.copysign(1, found[2]) == -1 and found[3] > 0 and found[5] == 1 << 1000
assert is_nan(float("nan")) and not is_nan(1) and math.isnan(found[0] - found[0]) and found[6] == -(10 ** 400)
assert money("2.675") == Decimal("2.68") and str(money("1")) == "1.00" and str(precise()).startswith("0.142857142857142857")
assert roots(1, 0, 1) == (1j, -1j) and roots(1, 2, 5)[0] == -1 + 2j and continued(math.pi) == Fraction(311, 99)
assert based(255, 16) == "ff" and based(5, 2) == "101" and (0.1 + 0.2) != 0.3 and abs((0.1 + 0.2) - 0.3) < 1e-9
