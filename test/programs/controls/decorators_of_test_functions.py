# Decorators of the program around functions of the tests.
import functools

def twice(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return [function(*args, **kwargs), function(*args, **kwargs)]

    wrapper.calls = 0
    return wrapper

def repeat(times):
    def decorator(function):
        @functools.wraps(function)
        def wrapper(*args):
            return [function(*args) for _ in range(times)]

        return wrapper

    return decorator

def memoize(function):
    cache = {}

    def wrapper(*args):
        if args not in cache:
            cache[args] = function(*args)
        return cache[args]

    wrapper.cache = cache
    return wrapper
# tests:
@twice
def greet(name, mark="!"):
    """Says hello."""
    return "hello " + name + mark

assert greet("a") == ["hello a!"] * 2 and greet("b", mark="?") == ["hello b?", "hello b?"]
assert greet.__name__ == "greet" and greet.calls == 2 and greet.__doc__ == "Says hello."
assert greet.__wrapped__("c") == "hello c!"

@repeat(3)
def one(x):
    return x + 1

assert one(1) == [2, 2, 2] and one.__name__ == "one"
calls = []

@memoize
def slow(x):
    calls.append(x)
    return x * x

assert slow(3) == 9 and slow(3) == 9 and calls == [3] and slow.cache == {(3,): 9}
