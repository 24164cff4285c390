# The tests ask what kind of object a result is.
import re
from functools import partial

def numbers():
    yield 1

def adder():
    return lambda x: x + 1

def method():
    return [].append

class Thing:
    def run(self):
        return 1

def match(text):
    return re.match(r"(?P<year>\d+)-(\d+)", text)

def lazily():
    return map(str, [1])

def squared():
    return partial(pow, 2)

async def later():
    pass
# tests:
import collections.abc
import inspect
import types

assert isinstance(numbers(), types.GeneratorType) and isinstance(numbers(), collections.abc.Iterator)
assert isinstance(numbers(), collections.abc.Generator) and inspect.isgenerator(numbers()) and inspect.isgeneratorfunction(numbers)
assert isinstance(adder(), types.FunctionType) and isinstance(adder(), types.LambdaType) and callable(adder())
assert isinstance(Thing().run, types.MethodType) and isinstance(method(), types.BuiltinFunctionType)
assert isinstance(lazily(), map) and not isinstance(lazily(), list)
assert isinstance(adder, collections.abc.Callable) and inspect.isfunction(adder) and inspect.isclass(Thing)
assert isinstance(match("1-2"), re.Match) and not isinstance(match("x"), re.Match)
assert isinstance(squared(), partial) and squared()(5) == 32
assert [p for p in inspect.signature(Thing.run).parameters] == ["self"]
assert type(numbers()).__name__ == "generator" and not isinstance(Thing(), types.GeneratorType)
assert not isinstance(numbers(), Thing) and isinstance(Thing(), object)
