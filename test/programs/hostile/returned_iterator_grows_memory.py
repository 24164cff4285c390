# expect: memory_exceeded | cpu_timeout
# An endless iterator of large values, collected by the test.
def items():
    while True:
        yield "x" * 1_000_000
# tests:
assert list(items()) == []
