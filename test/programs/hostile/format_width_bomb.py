# expect: memory_exceeded | exception
# A width that makes a text of many gigabytes.
def add(a, b):
    return len("%10000000000d" % 3) + len(format(3, "20000000000"))
