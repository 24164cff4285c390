# setup: "import math\nradius = 2"
# judge: {"kind": "returned_value", "expression": "round(area(radius) / math.pi, 6)", "expected": "4.0"}
from math import pi


def area(radius):
    return pi * radius ** 2
