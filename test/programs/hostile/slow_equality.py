# expect: cpu_timeout | exception
# Nested tuples that share parts: comparing them takes for ever.
def items():
    step = ()
    for _ in range(60):
        step = (step, step)
    return step

def same():
    step = ()
    for _ in range(60):
        step = (step, step)
    return step
# tests:
assert items() == same() and False
