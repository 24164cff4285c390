"""Outcomes of programs that end other than by the judge's verdict.

A message has the form of the judge's own, and may have ``violation``: what a sandbox is replaced after. A message
``{"ambiguous": reason}`` stands for an end that may have been the machine's doing: there is no verdict.
"""
import os
import signal

from . import process_tree
from .errors import RefusedError

_FENCE_ERROR_SECONDS = 0.5
"""The kernel sees CPU time for its limit in ticks, and reports it exactly."""
_NOISE_SECONDS = 0.1
"""By which CPU times counted inside and outside of a sandbox differ on an idle machine: ticks, and the way of an answer."""
_KILLS = (signal.SIGKILL, signal.SIGXCPU)


def ended(outcome, feedback, violation=None):
    return {"outcome": outcome, "feedback": feedback, "exceptionType": "", "failedTestIndex": None, "violation": violation}


def cpu_timeout(overcounted):
    """The message of a program over its CPU limit; ``overcounted``: CPU seconds that were counted for it and not used.

    It says by ``overcounted`` whether there were any: such a verdict is not kept, for the machine was busy.
    """
    return {**ended("cpu_timeout", "process timeout"), "overcounted": overcounted > _NOISE_SECONDS}


def term_signal(status):
    """Number of the signal that ended a process of wait ``status``, or 0."""
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


class KillCount:
    """Processes that the machine killed for want of memory since this was made."""

    def __init__(self):
        self._before = process_tree.out_of_memory_kills()

    def moved(self):
        return process_tree.out_of_memory_kills() != self._before


def candidate_end(end, used, limits, fence_seconds, again):
    """The program's process ended before its tests were done; ``end`` is the fork server's report of it.

    ``used``: CPU seconds of ``end`` less what was counted and not used; ``fence_seconds``: those counted at which the kernel itself
    ends it; ``again``: a KillCount from before a second run, None in the first.
    """
    message = _fence_end(end, used, limits, fence_seconds)
    if message is not None:
        return message
    number = term_signal(end["status"])
    if number in _KILLS and _is_over(used, limits):
        return cpu_timeout(end["cpu"] - used)
    if number in _KILLS and again is None:
        return {"ambiguous": "the program was killed"}
    if number in _KILLS and again.moved():
        return {"ambiguous": "the program was killed while the machine had no memory left"}
    # Killed twice on a machine that kills nobody, it has done so itself.
    return ended("early_exit", "early exit")


def judge_end(end, used, limits, fence_seconds, in_verifier=False):
    """The judge's process ended without a verdict, because of what the program gave it or of something else.

    ``limits``: the judge's own, which are more than the program's where it looks at several runs; ``in_verifier``: whether it was
    the caller's verifier that it ran, for which RefusedError is raised; the others are as for candidate_end. Nobody of ours has
    killed it yet.
    """
    message = _fence_end(end, used, limits, fence_seconds)
    if message is not None:
        return message
    number = term_signal(end["status"])
    if number in _KILLS:
        return {"ambiguous": "the judge was killed", "violation": "judge_failed"}
    if number != 0 and _is_over(used, limits):
        return cpu_timeout(end["cpu"] - used)
    if in_verifier:
        # Plain data cannot do that: the value has been read, and the candidate is not heard any more.
        how = "by signal %d" % number if number else "with status %d" % os.WEXITSTATUS(end["status"])
        raise RefusedError("verifier.verifier", "must not end its process: it ended %s" % how, failed=True)
    if number == 0:
        return {"ambiguous": "the judge ended without a verdict", "violation": "judge_failed"}
    # Values that crash the interpreter.
    return ended("tampering", "protocol violation")


def _fence_end(end, used, limits, fence_seconds):
    """The message when the kernel's own CPU limit ended the process, else None."""
    if term_signal(end["status"]) not in _KILLS or end["cpu"] < fence_seconds - _FENCE_ERROR_SECONDS:
        return None
    if not _is_over(used, limits):
        return {"ambiguous": "the kernel counted waiting for a core as CPU time"}
    return cpu_timeout(end["cpu"] - used)


def _is_over(seconds, limits):
    return seconds * 1000 >= limits["cpuTimeMs"]
