# expect: failed_assertion | memory_exceeded
# A string larger than any message may be.
def add(a, b):
    return "x" * 60_000_000
