# expect: cpu_timeout | memory_exceeded
# Answers a test's loop with an iterator that never ends.
def items():
    while True:
        yield 1
# tests:
assert sum(items()) == 3
