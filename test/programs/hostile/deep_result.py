# expect: exception | failed_assertion
# A result that is nested too deeply.
def items():
    step = []
    for _ in range(100_000):
        step = [step]
    return step
# tests:
assert items() == []
