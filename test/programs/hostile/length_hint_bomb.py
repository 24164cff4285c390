# expect: exception | failed_assertion | memory_exceeded
# An iterator that announces more items than any memory holds.
class Any:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration

    def __length_hint__(self):
        return 1 << 60

def items():
    return Any()
# tests:
assert list(items()) == [1]
