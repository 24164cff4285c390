# expect: exception | memory_exceeded | tampering | cpu_timeout
# A built-in exception with very many attributes, some of them named like the machinery's.
def add(a, b):
    error = ValueError("x")
    for number in range(100_000):
        setattr(error, "a%d" % number, [number])
    error.__dict__["leti_origin"] = 10 ** 30
    error.__dict__["__class__"] = int
    raise error
