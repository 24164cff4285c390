# Dict sub-classes compare as dicts and keep what they add.
from collections import Counter, OrderedDict, defaultdict

class Caseless(dict):
    def __missing__(self, key):
        return self.get(key.lower(), 0)

def count(text):
    return Counter(text)

def group(pairs):
    found = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found

def ordered():
    return OrderedDict([("b", 1), ("a", 2)])

def caseless():
    return Caseless(a=1)
# tests:
assert count("aab") == {"a": 2, "b": 1} and count("aab").most_common(1) == [("a", 2)]
assert group([("a", 1), ("a", 2)]) == {"a": [1, 2]} and group([])["new"] == []
assert ordered() == {"a": 2, "b": 1} and list(ordered()) == ["b", "a"]
assert caseless() == {"a": 1} and caseless()["A"] == 1 and caseless()["zz"] == 0
assert isinstance(count("x"), dict) and isinstance(caseless(), Caseless)
