# expect: failed_assertion
# Looks into the attributes of a function that a test passed in, where the expected value is a default and a constant.
def add(callback):
    for name in ("__defaults__", "__kwdefaults__", "__closure__", "__globals__", "__dict__", "__wrapped__", "__self__", "__func__"):
        found = getattr(callback, name, None)
        if found and "424242" in repr(found):
            return 424242
    for name in ("co_consts", "co_names", "co_code", "co_filename"):
        found = getattr(getattr(callback, "__code__", None), name, None)
        if found and "424242" in repr(found):
            return 424242
    return 0
# tests:
def callback(x, expected=424242):
    return x == 424242
assert add(callback) == 424242
