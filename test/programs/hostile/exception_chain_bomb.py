# expect: exception | memory_exceeded
# An exception with a cause that has a cause, ten thousand times, and one that is its own cause.
def add(a, b):
    error = ValueError(0)
    for number in range(10_000):
        next_error = ValueError(number)
        next_error.__cause__ = error
        error = next_error
    own = KeyError("own")
    own.__context__ = error
    error.__context__ = own
    raise own
