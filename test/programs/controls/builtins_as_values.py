# Built-in types and functions as arguments and results.
import math

def convert(values, kind):
    return [kind(value) for value in values]

def pick(name):
    return {"int": int, "len": len, "upper": str.upper, "sqrt": math.sqrt, "none": None}[name]

def kinds(values):
    return [type(value) for value in values]
# tests:
assert convert(["1", "2"], int) == [1, 2] and convert([1], str) == ["1"] and convert([4.0], math.sqrt) == [2.0]
assert pick("int") is int and pick("len")([1, 2]) == 2 and pick("upper")("a") == "A" and pick("sqrt") is math.sqrt
assert kinds([1, "a", None, 2.0]) == [int, str, type(None), float]
