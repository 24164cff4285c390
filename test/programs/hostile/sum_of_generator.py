# expect: cpu_timeout
# Time inside C code: a sum over an endless iterator.
import itertools

def add(a, b):
    return sum(itertools.repeat(1))
