# expect: exception | failed_assertion | memory_exceeded | syntax_error
# Class, function and attribute names of megabytes.
name = "x" * 2_000_000
Big = type(name, (Exception,), {"__qualname__": name})

def add(a, b):
    raise Big(name)
