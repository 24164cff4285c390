# Results that are objects of built-in and standard types which do not travel as plain values.
import itertools
from datetime import datetime, timezone
from functools import partial

MISSING = object()

def lazy(kind):
    return {"map": map(str, [1, 2]), "filter": filter(None, [1, 0]), "zip": zip([1], [2]), "enumerate": enumerate("a"),
            "reversed": reversed([1, 2]), "chain": itertools.chain([1], [2])}[kind]

def missing():
    return MISSING

def power_of_two():
    return partial(pow, 2)

def midnight():
    return datetime(2020, 1, 1, tzinfo=timezone.utc)
# tests:
assert list(lazy("map")) == ["1", "2"] and list(lazy("filter")) == [1] and list(lazy("zip")) == [(1, 2)]
assert list(lazy("enumerate")) == [(0, "a")] and list(lazy("reversed")) == [2, 1] and sum(lazy("chain")) == 3
assert lazy("map") != ["1", "2"] and next(lazy("map")) == "1"
assert missing() is missing() and missing() != 3 and missing() is not None
assert power_of_two()(3) == 8
assert midnight() == midnight() and midnight().year == 2020 and midnight().isoformat() == "2020-01-01T00:00:00+00:00"
