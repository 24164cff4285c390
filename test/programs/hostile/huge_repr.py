# expect: memory_exceeded | cpu_timeout | failed_assertion
# A result whose text is endless, shown by the test's message.
class Any:
    def __repr__(self):
        return "x" * 100_000_000

def add(a, b):
    return Any()
# tests:
assert repr(add(1, 2)) == "3"
