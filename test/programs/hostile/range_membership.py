# expect: cpu_timeout
# Time inside C code: a walk through a range that is no plain membership.
def add(a, b):
    return 3.5 in range(10 ** 12)
