# expect: cpu_timeout | memory_exceeded
# A number that takes for ever to compute.
def add(a, b):
    return 9 ** 9 ** 9
