# Diamonds, mix-ins, super, and the order of parents.
class Base:
    def __init__(self):
        self.log = ["Base"]

    def who(self):
        return ["Base"]

class Left(Base):
    def __init__(self):
        super().__init__()
        self.log.append("Left")

    def who(self):
        return ["Left"] + super().who()

class Right(Base):
    def __init__(self):
        super().__init__()
        self.log.append("Right")

    def who(self):
        return ["Right"] + super().who()

class Both(Left, Right):
    def who(self):
        return ["Both"] + super().who()

class Loud:
    def __str__(self):
        return "LOUD"

class Number(Loud, int):
    pass

class Registry:
    known = []

    def __init_subclass__(cls, **options):
        super().__init_subclass__()
        Registry.known.append((cls.__name__, options))

class First(Registry, flag=True):
    pass

class Second(First):
    pass
# tests:
assert Both().who() == ["Both", "Left", "Right", "Base"] and Both().log == ["Base", "Right", "Left"]
assert [c.__name__ for c in Both.__mro__] == ["Both", "Left", "Right", "Base", "object"] and Both.mro()[1] is Left
assert Both.__bases__ == (Left, Right) and issubclass(Both, Right) and isinstance(Both(), Base)
assert str(Number(5)) == "LOUD" and Number(5) == 5 and Number(5) + 1 == 6 and isinstance(Number(5), int)
assert Registry.known == [("First", {"flag": True}), ("Second", {})]
assert [c.__name__ for c in Registry.__subclasses__()] == ["First"] and Base.__subclasses__() == [Left, Right]
