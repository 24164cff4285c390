# expect: cpu_timeout | memory_exceeded
# A result that is slow to compare: it costs the judge its own limit, not the service.
def items():
    step = (1,)
    for _ in range(40):
        step = (step, step)
    return step
# tests:
assert items() == (0, 0)
