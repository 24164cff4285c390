# expect: cpu_timeout | memory_exceeded
# Time inside C code: sorting what is slow to compare.
def add(a, b):
    items = ["x" * 100_000 + str(n) for n in range(400)]
    while True:
        sorted(items * 20)
