# Recursion as deep as the interpreter allows by itself.
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
# tests:
assert depth(900) == 900
