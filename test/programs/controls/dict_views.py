# Views compare as views.
def keys(d):
    return d.keys()

def items(d):
    return d.items()

def values(d):
    return d.values()
# tests:
assert keys({"a": 1}) == {"a": 1}.keys() and keys({"a": 1}) == {"a"}
assert items({"a": 1}) == {("a", 1)} and sorted(values({"a": 1, "b": 2})) == [1, 2]
assert list(keys({"b": 1, "a": 2})) == ["b", "a"] and "a" in keys({"a": 1})
