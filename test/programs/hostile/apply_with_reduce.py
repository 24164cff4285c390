# expect: exception | failed_assertion | tampering
# The same through library functions that the judge has itself, so that no metaclass ever comes out.
import functools
import itertools

def add(call, shape):
    kinds = call(map, type, [shape])
    made = call(next, call(itertools.starmap, call, call(zip, kinds, ["Any"], [()], [{"__eq__": bool}])))
    return made()
# tests:
import enum
class Shape(enum.Enum):
    A = 1
assert add(lambda function, *args: function(*args), Shape) == 3
