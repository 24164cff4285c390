# expect: exception
# Makes files without end.
def add(a, b):
    for number in range(10_000_000):
        open("file%d" % number, "w").close()
