# expect: failed_assertion
# Formats itself as whatever the format asks for.
class Any:
    def __format__(self, spec):
        return spec

    def __str__(self):
        return "?"

def add(a, b):
    return Any()
# tests:
assert f"{add(1, 2):x}" != "x" and "%s" % add(1, 2) == "3"
