# Tests in the form of HumanEval: a check function that is given the solution.
from typing import List, Tuple

def running(values: List[int], start: int = 0) -> Tuple[List[int], int]:
    """ Sums so far, and the last.
    >>> running([1, 2])
    ([1, 3], 3)
    """
    found = []
    for value in values:
        start += value
        found.append(start)
    return found, start
# tests:
METADATA = {"author": "someone", "dataset": "test"}

def check(candidate):
    assert candidate([1, 2]) == ([1, 3], 3), "sums so far"
    assert candidate([]) == ([], 0)
    assert candidate([1], start=4) == ([5], 5)
    assert candidate(values=[-1, 1]) == ([-1, 0], 0)
    for size in range(5):
        expected = [sum(range(place + 1)) for place in range(size)]
        assert candidate(list(range(size)))[0] == expected, f"{size}: {candidate(list(range(size)))}"

check(running)
