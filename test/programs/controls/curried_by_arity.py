# The program asks a test's function how many arguments it takes.
import inspect

def curry(function):
    count = len(inspect.signature(function).parameters)

    def curried(*args):
        return function(*args) if len(args) >= count else lambda *more: curried(*args, *more)

    return curried

def arity(function):
    return function.__code__.co_argcount
# tests:
add = curry(lambda a, b, c: a + b + c)
assert add(1)(2)(3) == 6 and add(1, 2)(3) == 6 and add(1)(2, 3) == 6

def pair(a, b=2):
    return (a, b)

assert arity(pair) == 2 and arity(lambda: 0) == 0
