# Default arguments that remember, and arguments that share parts.
def collect(item, found=[]):
    found.append(item)
    return found

def count(key, seen={"a": 1}):
    seen[key] = seen.get(key, 0) + 1
    return seen

def twins(a, b):
    a.append(1)
    return a is b, b
# tests:
assert collect(1) == [1] and collect(2) == [1, 2]
kept = collect(3)
kept.append(9)
assert collect(4) == [1, 2, 3, 9, 4] and collect(5) is kept and collect.__defaults__[0] is kept
assert count("a") == {"a": 2} and count("b") == {"a": 2, "b": 1}
shared = []
assert twins(shared, shared) == (True, [1]) and twins([], []) == (False, [])
