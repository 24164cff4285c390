"""Outcomes of programs that end other than by the judge's verdict.

A message has the form of the judge's own, and may have ``violation``: what the program did that a sandbox is not used after. A
message ``{"ambiguous": reason}`` stands for an end that may have been the machine's doing: there is no verdict.
"""
import os
import signal

from . import process_tree

_FENCE_ERROR_SECONDS = 0.5
"""The kernel sees CPU time for its limit in ticks, and reports it exactly."""


def ended(outcome, feedback, violation=None):
    return {"outcome": outcome, "feedback": feedback, "exceptionType": "", "failedTestIndex": None, "violation": violation}


def term_signal(status):
    """Number of the signal that ended a process of wait ``status``, or 0."""
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


class KillCount:
    """Processes that the machine killed for want of memory since this was made."""

    def __init__(self):
        self._before = process_tree.out_of_memory_kills()

    def moved(self):
        return process_tree.out_of_memory_kills() != self._before


def candidate_end(end, limits, again):
    """The program's process ended before its tests were done; ``end`` is the fork server's report of it.

    ``again``: a KillCount from before a second run, None in the first.
    """
    number = term_signal(end["status"])
    if number == signal.SIGXCPU or (number == signal.SIGKILL and end["cpu"] * 1000 >= limits["cpuTimeMs"]):
        return ended("cpu_timeout", "process timeout")
    if number == signal.SIGKILL and again is None:
        return {"ambiguous": "the program was killed"}
    if number == signal.SIGKILL and again.moved():
        return {"ambiguous": "the program was killed while the machine had no memory left"}
    # Killed twice on a machine that kills nobody, it has done so itself.
    return ended("early_exit", "early exit")


def judge_end(end, limits, fence_seconds):
    """The judge's process ended without a verdict, because of what the program gave it or of something else.

    ``limits``: the judge's own, which are more than the program's where it looks at several runs; ``fence_seconds``: the CPU
    seconds at which the kernel itself ends it. Nobody of ours has killed it yet.
    """
    number = term_signal(end["status"])
    if number == signal.SIGXCPU or (number == signal.SIGKILL and end["cpu"] >= fence_seconds - _FENCE_ERROR_SECONDS):
        return ended("cpu_timeout", "process timeout")
    if number == signal.SIGKILL:
        return {"ambiguous": "the judge was killed"}
    if number == 0:
        return {"ambiguous": "the judge ended without a verdict"}
    if end["cpu"] * 1000 >= limits["cpuTimeMs"]:
        return ended("cpu_timeout", "process timeout")
    # Values that crash the interpreter.
    return ended("tampering", "protocol violation")
