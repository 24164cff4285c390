# Exceptions of standard modules, which the tests catch by the module's own class.
import json
import queue
import statistics
from dataclasses import dataclass
from decimal import Decimal

def parse(text):
    return json.loads(text)

def take():
    return queue.Queue().get_nowait()

def mean(values):
    return statistics.mean(values)

def divide(a, b):
    return Decimal(a) / Decimal(b)

@dataclass(frozen=True)
class Fixed:
    x: int

def find(pattern):
    import re
    return re.compile(pattern)
# tests:
import dataclasses
import decimal
import json
import queue
import re
import statistics

def raised(kind, function, *args):
    try:
        function(*args)
    except kind as error:
        return error
    raise AssertionError("nothing raised")

assert raised(json.JSONDecodeError, parse, "{").pos == 1 and isinstance(raised(ValueError, parse, "["), json.JSONDecodeError)
raised(queue.Empty, take)
raised(statistics.StatisticsError, mean, [])
raised(decimal.DivisionByZero, divide, 1, 0)
raised(ZeroDivisionError, divide, 1, 0)
raised(dataclasses.FrozenInstanceError, setattr, Fixed(1), "x", 2)
assert "unterminated" in str(raised(re.error, find, "["))
