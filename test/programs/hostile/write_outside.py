# expect: exception
# Writes outside of its folder.
def add(a, b):
    open("/tmp/leti-escape", "w").close()
    return 3
