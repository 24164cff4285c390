"""Looks at what a running program uses, again and again, and says when that is more than it may."""
from . import process_tree
from .ends import ended

FIRST_LOOK = 0.05
_LOOK = 0.1


class Watch:
    """Watches the tree of ``candidate`` and, where there is one, ``judge``. ``peak``: most resident bytes that a look saw."""

    def __init__(self, slot, limits, candidate, judge=None):
        self.peak = 0
        self._limits = limits
        self._children = [candidate] if judge is None else [candidate, judge]
        self._zygote = candidate.zygote
        self._memory = limits["memoryBytes"] + slot.candidate.resident

    def look(self):
        """The message of the outcome when a limit is passed, else None."""
        cpu, memory, tasks = process_tree.usage(process_tree.descendants(self._zygote.pid))
        self.peak = max(self.peak, memory)
        if max(cpu, self._cpu_seconds()) >= self._limits["cpuTimeMs"] / 1000:
            return ended("cpu_timeout", "process timeout")
        if memory > self._memory:
            return ended("memory_exceeded", "memory limit exceeded")
        if tasks > self._limits["processes"]:
            return ended("process_limit", "process limit exceeded")
        return None

    def next_look(self):
        """Seconds until the next look is due."""
        return min(_LOOK, max(0.002, self._limits["cpuTimeMs"] / 1000 - self._cpu_seconds()))

    def _cpu_seconds(self):
        return max(child.cpu_seconds() for child in self._children)
