# expect: exception
# Has a test's callable format the callable itself, to read the test's globals through it.
def add(call):
    text = call(str.format, "{0.__globals__[expected]}", call)
    return int(text)
# tests:
expected = 424242
assert add(lambda function, *args: function(*args)) == expected
