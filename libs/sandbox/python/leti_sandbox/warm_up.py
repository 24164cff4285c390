"""Runs a harmless program through judge and candidate inside a fork server, so that forks find everything warm.

What the interpreter specialises, caches or allocates on first use is then done once, on pages that children share.
"""
import sys

from .candidate import Candidate
from .judge import Program
from .judges.assertions import AssertionJudge, AssertionTemplate

_TIMES = 12
_SOLUTION = '''
import math

class Box:
    def __init__(self, items):
        self.items = items

def f(items, n=1):
    found = []
    for item in items:
        if item not in found and math.floor(item) >= n:
            found.append(item)
    return sorted(found)
'''
_TESTS = [
    "assert f([3, 1, 2]) == [1, 2, 3]", "assert set(f([1.5, 1.5])) == {1.5}", "assert len(f([])) == 0 and f((1,), n=2) == []",
    "assert f([0]) == [0], 'a failure'",
]


class _ToCandidate:
    """The judge's channel: a message is answered within the call that waits for the answer."""

    def __init__(self, source):
        self.answer = None
        self.candidate = Candidate(_ToJudge(self), source)

    def send(self, data):
        self.asked = bytes(data)

    def receive(self):
        self.candidate._answer(*self.candidate.open(self.asked))
        return self.answer


class _ToJudge:
    """The candidate's channel."""

    def __init__(self, channel):
        self._channel = channel

    def send(self, data):
        self._channel.answer = bytes(data)


def warm_up():
    """Judges the sample program a few times; raises when the verdict is not the one it must be."""
    limit = sys.getrecursionlimit()
    for _ in range(_TIMES):
        program = Program("", _SOLUTION, "", _TESTS)
        verdict = AssertionJudge(_ToCandidate(program.source), program, AssertionTemplate("", _TESTS)).judge()
        if verdict.outcome != "failed_assertion" or verdict.test_index != len(_TESTS) - 1:
            raise RuntimeError("the sample program ended as %s: %s" % (verdict.outcome, verdict.feedback))
    sys.setrecursionlimit(limit)
