# Operators between objects of the program, reflected and unary ones too.
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __lt__(self, other):
        return self.x < other.x

    def __abs__(self):
        return abs(self.x) + abs(self.y)

    def __bool__(self):
        return bool(self.x or self.y)

    def __len__(self):
        return 2

    def __getitem__(self, place):
        return (self.x, self.y)[place]

    def __iter__(self):
        return iter((self.x, self.y))

    def __call__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __repr__(self):
        return "Vector(%r, %r)" % (self.x, self.y)

    def __iadd__(self, other):
        self.x += other.x
        return self

class Scale:
    def __rmul__(self, vector):
        return Vector(vector.x * 10, vector.y * 10)
# tests:
a, b = Vector(1, 2), Vector(3, 4)
assert a + b == Vector(4, 6) and -a == Vector(-1, -2) and a != b and not a == b
assert abs(b) == 7 and bool(a) and not Vector(0, 0) and len(a) == 2 and a[1] == 2 and list(a) == [1, 2]
assert a < b and sorted([b, a])[0] == a and max(a, b) is b
assert a(3) == Vector(3, 6) and repr(a) == "Vector(1, 2)" and str(a) == "Vector(1, 2)" and f"{a}" == "Vector(1, 2)"
assert len({a, Vector(1, 2), b}) == 2 and {a: "a"}[Vector(1, 2)] == "a"
assert a * Scale() == Vector(10, 20)
assert a != 5 and a != (1, 2) and a is not b
a.x = 7
assert a.x == 7 and hasattr(a, "y") and not hasattr(a, "z") and getattr(a, "z", None) is None
