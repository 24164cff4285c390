# expect: failed_assertion
# Looks into the frame of a generator that a test passed in.
def add(items):
    for name in ("gi_frame", "gi_code", "__self__", "__reduce__"):
        found = getattr(items, name, None)
        if found is not None and "424242" in repr(getattr(found, "f_locals", found)):
            return 424242
    return sum(1 for _ in items)
# tests:
def numbers():
    expected = 424242
    yield expected - 1
assert add(numbers()) == 424242
