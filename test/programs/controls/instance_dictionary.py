# The tests read an object's own dictionary.
class Point:
    kind = "point"

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def move(self, dx):
        self.x += dx
        self.moved = True

class Fixed:
    __slots__ = ("a",)

    def __init__(self):
        self.a = 1
# tests:
p = Point(1, 2)
assert vars(p) == {"x": 1, "y": 2} and p.__dict__ == {"x": 1, "y": 2}
p.move(3)
assert vars(p) == {"x": 4, "y": 2, "moved": True} and "kind" not in p.__dict__
p.__dict__["z"] = 9
assert p.z == 9 and sorted(vars(p)) == ["moved", "x", "y", "z"]
assert {"x", "y"} <= set(dir(p)) and "move" in dir(p) and "kind" in dir(Point)
try:
    vars(Fixed())
    assert False
except TypeError:
    pass
assert not hasattr(Fixed(), "__dict__") and Fixed.__slots__ == ("a",)
