# Flags, string enums, automatic and own values, methods, aliases.
import enum
from enum import Enum, Flag, IntEnum, auto, unique

class Planet(Enum):
    EARTH = (5.976e24, 6.37814e6)
    MARS = (6.421e23, 3.3972e6)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius

    @property
    def gravity(self):
        return 6.67300e-11 * self.mass / (self.radius ** 2)

class Permission(Flag):
    READ = auto()
    WRITE = auto()
    BOTH = READ | WRITE

class Kind(str, Enum):
    A = "a"
    B = "b"

    @classmethod
    def default(cls):
        return cls.B

@unique
class Priority(IntEnum):
    LOW = 1
    HIGH = 10

class State(Enum):
    ON = "on"
    ACTIVE = "on"
    OFF = "off"

    def flip(self):
        return State.OFF if self is State.ON else State.ON

def by_state():
    return {State.ON: 1, State.OFF: 2}

def rank(priorities):
    return sorted(priorities, reverse=True)
# tests:
assert round(Planet.EARTH.gravity, 2) == 9.80 and Planet.MARS.mass == 6.421e23 and [p.name for p in Planet] == ["EARTH", "MARS"]
assert Permission.READ | Permission.WRITE == Permission.BOTH and Permission.READ in Permission.BOTH and not Permission.READ & Permission.WRITE
assert Kind.A == "a" and Kind("b") is Kind.B and Kind.default() is Kind.B and Kind.A.upper() == "A" and isinstance(Kind.A, str)
assert Priority.HIGH > Priority.LOW and Priority.HIGH == 10 and Priority.LOW + 1 == 2 and rank([Priority.LOW, Priority.HIGH]) == [10, 1]
assert State.ON is State.ACTIVE and State.ON.flip() is State.OFF and State("off") is State.OFF and State.ON.name == "ON"
assert by_state()[State.ON] == 1 and by_state() == {State.ON: 1, State.OFF: 2} and len(State) == 2 and "ACTIVE" in State.__members__
try:
    State("broken")
    assert False
except ValueError:
    pass
assert repr(State.OFF) == "<State.OFF: 'off'>" and str(State.OFF) == "State.OFF" and State.ON in State and hash(State.ON) == hash(State.ON)
