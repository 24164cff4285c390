# Raises the recursion limit as far as it goes, as contest programs do, and recurses deeper than usual.
import sys

sys.setrecursionlimit(2**31 - 1)

def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
# tests:
assert depth(900) == 900 and depth(3000) == 3000
assert [depth(n) for n in range(3)] == [0, 1, 2]
