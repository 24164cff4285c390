# An import in two places, of which one works.
try:
    from math import gcd
except ImportError:
    from fractions import gcd

from heapq import nsmallest
from heapq import nsmallest
# tests:
assert gcd(4, 6) == 2
assert nsmallest(2, [3, 1, 2]) == [1, 2]
