# Enum members are identical to themselves.
import enum

class Color(enum.Enum):
    RED = 1
    BLUE = 2

class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2

def favourite():
    return Color.BLUE

def level():
    return Level.HIGH
# tests:
assert favourite() is Color.BLUE and favourite() is favourite()
assert favourite() == Color.BLUE and favourite() != Color.RED and Color.RED is not Color.BLUE
assert favourite().name == "BLUE" and favourite().value == 2
assert level() == 2 and level() > Level.LOW and isinstance(level(), int) and level() is Level.HIGH
assert [color.value for color in Color] == [1, 2] and Color["RED"] is Color.RED and Color(2) is Color.BLUE
assert {Color.RED: "r"}[Color.RED] == "r" and len(Color) == 2
