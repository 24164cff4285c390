# expect: early_exit | exception | cpu_timeout | memory_exceeded
# Overflows the C stack.
import sys

sys.setrecursionlimit(10**8)

def add(a, b):
    return add(a, b)
