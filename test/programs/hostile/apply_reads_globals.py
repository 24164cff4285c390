# expect: exception | failed_assertion
# Looks for a built-in function that a test's callable could be made to read its own globals with.
def add(call):
    for reader in (getattr, vars, dir, globals, eval, exec, open, __import__):
        try:
            found = call(reader, call)
        except Exception:
            continue
        if "expected" in str(found) or "424242" in str(found):
            return 424242
    return 0
# tests:
expected = 424242
assert add(lambda function, *args: function(*args)) == expected
