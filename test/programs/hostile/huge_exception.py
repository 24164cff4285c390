# expect: exception | memory_exceeded
# An exception whose text is as long as memory allows.
def add(a, b):
    raise ValueError("x" * 40_000_000)
