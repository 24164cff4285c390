"""Outcomes of programs that end other than by the judge's verdict."""
import os
import signal

from .child import LostError


def ended(outcome, feedback):
    """The outcome's message, in the form of the judge's own."""
    return {"outcome": outcome, "feedback": feedback, "exceptionType": "", "failedTestIndex": None}


def term_signal(status):
    """Number of the signal that ended a process of wait ``status``, or 0."""
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def candidate_end(end, limits):
    """The program's process ended before its tests were done; ``end`` is the fork server's report of it."""
    number = term_signal(end["status"])
    if number == signal.SIGXCPU or (number == signal.SIGKILL and end["cpu"] * 1000 >= limits["cpuTimeMs"]):
        return ended("cpu_timeout", "process timeout")
    if number == signal.SIGKILL and end["peak"] > 0.8 * limits["memoryBytes"]:
        return ended("memory_exceeded", "memory limit exceeded")
    return ended("early_exit", "early exit")


def judge_end(end, limits):
    """The judge's process was ended by what the program gave it. Raises LostError when it ended by itself."""
    number = term_signal(end["status"])
    if number == 0:
        raise LostError("the judge ended without a verdict")
    if number == signal.SIGXCPU or end["cpu"] * 1000 >= limits["cpuTimeMs"]:
        return ended("cpu_timeout", "process timeout")
    if number == signal.SIGKILL:
        return ended("memory_exceeded", "memory limit exceeded")
    return ended("tampering", "protocol violation")
