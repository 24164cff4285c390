# expect: memory_exceeded
# A text larger than memory.
def add(a, b):
    return len("x" * (1 << 40))
