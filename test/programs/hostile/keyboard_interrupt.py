# expect: exception
# A BaseException that tests do not expect.
def add(a, b):
    raise KeyboardInterrupt
# tests:
try:
    add(1, 2)
except BaseException:
    pass
