# Partial functions, single dispatch, total ordering, reduce, cmp_to_key.
import functools

@functools.singledispatch
def describe(value):
    return "something"

@describe.register(int)
def _(value):
    return "int %d" % value

@describe.register(list)
def _(value):
    return "list of %d" % len(value)

@functools.total_ordering
class Version:
    def __init__(self, text):
        self.parts = tuple(int(part) for part in text.split("."))

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts

def by_length(words):
    return sorted(words, key=functools.cmp_to_key(lambda a, b: len(a) - len(b)))

def compose(*functions):
    return functools.reduce(lambda f, g: lambda x: f(g(x)), functions)

class Calc:
    @functools.singledispatchmethod
    def add(self, value):
        return "?"

    @add.register(int)
    def _(self, value):
        return value + 1

basetwo = functools.partial(int, base=2)
# tests:
assert describe(3) == "int 3" and describe([1]) == "list of 1" and describe("x") == "something"
assert describe.dispatch(int)(5) == "int 5" and len(describe.registry) == 3
assert Version("1.2") < Version("1.10") and Version("2.0") >= Version("2.0") and max(Version("1"), Version("3")).parts == (3,)
assert sorted([Version("2"), Version("1")])[0] == Version("1") and Version("1") <= Version("1.1") and not Version("1") > Version("1")
assert by_length(["aaa", "b", "cc"]) == ["b", "cc", "aaa"]
assert compose(str, abs, lambda x: x - 5)(3) == "2"
assert basetwo("101") == 5 and basetwo.keywords == {"base": 2} and basetwo.func is int and basetwo.args == ()
assert Calc().add(4) == 5 and Calc().add("a") == "?"
