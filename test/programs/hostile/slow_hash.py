# expect: cpu_timeout
# An object that takes for ever to hash.
class Slow:
    def __hash__(self):
        while True:
            pass

def add(a, b):
    return Slow()
