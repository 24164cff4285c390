# expect: exception | cpu_timeout
# Makes files without end.
def add(a, b):
    for number in range(10_000_000):
        open("file%d" % number, "w").close()
