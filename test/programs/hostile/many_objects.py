# expect: memory_exceeded | cpu_timeout | exception
# A result of millions of objects.
def items():
    return [object() for _ in range(5_000_000)]
# tests:
assert items() == []
