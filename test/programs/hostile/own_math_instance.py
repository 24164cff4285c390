# expect: failed_assertion
# An object of its own where the tests take a name for a standard module.
class Everything:
    def __getattr__(self, name):
        return lambda *args, **kwargs: True

math = Everything()

def half(x):
    return 7.0
# tests:
assert math.isclose(half(1), 0.5)
