# expect: exception
# A callable of the program and one of the tests that call each other without end.
def add(callback):
    return callback(add)
# tests:
def back(function):
    return function(back)
assert add(back) == 3
