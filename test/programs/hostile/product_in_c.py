# expect: cpu_timeout | memory_exceeded
# Time inside C code: combinations without end, kept by nobody.
import collections
import itertools

def add(a, b):
    collections.deque(itertools.product(range(100), repeat=8), maxlen=0)
    return 3
