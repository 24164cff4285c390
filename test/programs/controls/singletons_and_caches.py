# Objects that are one and the same, and objects that come from a cache.
import functools
import weakref

class Single:
    _made = None

    def __new__(cls):
        if cls._made is None:
            cls._made = super().__new__(cls)
        return cls._made

class OnceMeta(type):
    _made = {}

    def __call__(cls, *args):
        if (cls, args) not in cls._made:
            cls._made[cls, args] = super().__call__(*args)
        return cls._made[cls, args]

class Once(metaclass=OnceMeta):
    def __init__(self, name):
        self.name = name

@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

class Fast:
    def __init__(self):
        self.computed = 0

    @functools.cached_property
    def value(self):
        self.computed += 1
        return 5
# tests:
assert Single() is Single() and Once("a") is Once("a") and Once("a") is not Once("b") and Once("b").name == "b"
assert fib(80) == 23416728348467685 and fib.cache_info().misses == 81 and fib.cache_info().hits > 0
fib.cache_clear()
assert fib.cache_info().currsize == 0 and fib.cache_info() == (0, 0, None, 0) and fib.__wrapped__ is not None
f = Fast()
assert f.value == 5 and f.value == 5 and f.computed == 1
