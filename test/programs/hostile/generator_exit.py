# expect: exception
# GeneratorExit out of a call.
def add(a, b):
    raise GeneratorExit
# tests:
try:
    add(1, 2)
except BaseException:
    pass
