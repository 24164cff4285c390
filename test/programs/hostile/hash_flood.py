# expect: cpu_timeout | failed_assertion
# A set of numbers that all collide.
def items():
    return [k * (2**61 - 1) for k in range(40_000)]
# tests:
assert len(set(items())) == 1
