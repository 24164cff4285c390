"""Looks at what a running program uses, again and again, and says when that is more than it may."""
import os
import time
from collections import namedtuple

from . import process_tree
from .ends import cpu_timeout, ended
from .outside import Overcount
from .own_clock import OwnClock
from .slowdown import MOST_SLOWDOWN, Slowdown

FIRST_LOOK = 0.05
_LOOK, _LOOK_AT_TREE = 0.05, 0.02
_SHARE = 4
"""Looks may take one part in so many of a core."""
_CORES = len(os.sched_getaffinity(0))
_SPARE_SECONDS = 2
STRETCH, STRETCH_AGAIN = 4, 8
"""Times its wall limit after which a program ends that waits for a core nearly all the time; no verdict is possible then."""


def cpu_fence_seconds(limits, overcounts):
    """Whole CPU seconds at which the kernel itself ends a process: more than the watch can allow it.

    ``overcounts``: whether that kernel counts waiting for a core as CPU time, of each thread by itself.
    """
    most = STRETCH_AGAIN * limits["processes"] if overcounts else MOST_SLOWDOWN
    return int(limits["cpuTimeMs"] / 1000 * most) + _SPARE_SECONDS


WholeRun = namedtuple("WholeRun", "started wall_seconds")
"""The run of a program in several parts: when it started, by ``time.monotonic()``, and its wall limit."""


class Watch:
    """Watches the trees of ``candidate`` and, where there is one, ``judge``, from now on.

    ``peak``: most resident bytes, and ``cpu``: CPU seconds, of the candidate's tree that a look saw; ``saw_children``: whether
    one saw more than the candidate; ``clock``: their own time. ``whole``: the WholeRun that this is a part of, where it is; the
    limits are then what is left of it. ``overcounted``: CPU seconds that an earlier watch of the same processes found overcounted.
    """

    def __init__(self, slot, limits, candidate, judge=None, again=False, whole=None, overcounted=0.0):
        self.peak = 0
        self.cpu = 0.0
        self._limits = limits
        self._cpu_limit = limits["cpuTimeMs"] / 1000
        self._slowdown = Slowdown(slot.round_seconds, self._cpu_limit)
        self._children = [candidate] if judge is None else [candidate, judge]
        self._resident = slot.candidate.resident
        self._stretch = STRETCH_AGAIN if again else STRETCH
        self._interval = _LOOK
        self._at_once = 1
        self.saw_children = False
        self._outside = slot.outside
        self._overcount = Overcount()
        self._overcounted_before = overcounted
        self._answers = 0
        self._answers_before_end = None
        if self._outside is not None:
            self._outside.forget()
            if self._outside.latest is not None:
                self._overcount.update(self._counted_seconds(), self._outside.latest)
        self.clock = OwnClock([child.pid for child in self._children])
        self._whole = whole or WholeRun(self.clock.started, limits["wallTimeMs"] / 1000)

    def look(self):
        """The message of the outcome when a limit is passed, else None."""
        started = time.thread_time()
        candidate = self._children[0]
        tree = self._tree()
        self.saw_children |= len(tree) > 1
        self.clock.look(candidate.pid, tree)
        for judge in self._children[1:]:
            self.clock.look(judge.pid, process_tree.usage([judge.pid]))
        self.cpu = max(self.cpu, sum(use.cpu for use in tree.values()))
        sure = self._ask_outside()
        self._at_once = min(_CORES, sum(use.tasks for use in tree.values()))
        message = self.over_cpu(sure) or self._over_memory(tree) or self.over_processes(tree) or self._over_wall(sure)
        spent = time.thread_time() - started
        self._interval = max(_LOOK_AT_TREE if len(tree) > 1 else _LOOK, _SHARE * spent)
        return message

    def next_look(self):
        """Seconds until the next look is due."""
        if self._outside is not None and self._outside.waiting:
            return self._interval
        # Several of its processes and threads may use time at once.
        cpu_left = (self._most_cpu_seconds() - self._cpu_seconds()) / max(1, self._at_once)
        wall_left = self._limits["wallTimeMs"] / 1000 - self.clock.seconds()
        return min(self._interval, max(0.002, min(cpu_left, wall_left)))

    def _ask_outside(self):
        """Whether CPU times are known for sure: where the machine outside counts better, only when it has just been asked."""
        if self._outside is None:
            return True
        answer = self._outside.take()
        if answer is not None:
            self._answers += 1
            self._overcount.update(self._counted_seconds(), answer)
            self.clock.without_core(self._overcount.seconds)
        elif not self._answers:
            # What starting the program took outside is no time of the program.
            self._outside.ask()
        return answer is not None

    def knows_overcount(self):
        """Whether ``overcounted`` is of a time after the first call of this, which asks for it; for when a process has ended."""
        if self._outside is None:
            return True
        if self._answers_before_end is None:
            self._answers_before_end = self._answers
            self._outside.forget()
            self._outside.ask()
        else:
            self._ask_outside()
        return self._answers > self._answers_before_end

    @property
    def overcounted(self):
        """CPU seconds of program and judge that the kernel here counts and the machine outside does not."""
        return self._overcounted_before + self._overcount.seconds

    def _cpu_seconds(self):
        return self._counted_seconds() - self.overcounted

    def _counted_seconds(self):
        """What the kernel here counts for program and judge together: work that one hands to the other is not to cost twice the limit."""
        candidate, *judges = self._children
        return max(self.cpu, candidate.cpu_seconds()) + sum(judge.cpu_seconds() for judge in judges)

    def over_cpu(self, sure=True):
        """The message when more CPU time is used than allowed, else None."""
        used = self._cpu_seconds()
        self._slowdown.look(used)
        if used < self._most_cpu_seconds():
            return None
        if not sure:
            self._outside.ask()
            return None
        return cpu_timeout(self.overcounted)

    def _most_cpu_seconds(self):
        return self._cpu_limit * self._slowdown.factor()

    def _tree(self):
        """Usage of the candidate and all below it."""
        return process_tree.usage(process_tree.descendants(self._children[0].zygote.pid))

    def over_processes(self, tree=None):
        """The message when there are more processes and threads than allowed, just now or in ``tree``, else None."""
        tree = self._tree() if tree is None else tree
        if sum(use.tasks for use in tree.values()) <= self._limits["processes"]:
            return None
        return ended("process_limit", "process limit exceeded")

    def _over_memory(self, tree):
        # Each process holds the pages of the fork server, which count once.
        memory = self._resident + sum(max(0, use.resident - self._resident) for use in tree.values())
        limit = self._limits["memoryBytes"] + self._resident
        if memory > limit and len(tree) > 1:
            # Children share with their parents what neither has changed.
            exact = process_tree.shared_out_memory(tree)
            memory = memory if exact is None else exact
        self.peak = max(self.peak, memory)
        return ended("memory_exceeded", "memory limit exceeded", violation="memory_exceeded") if memory > limit else None

    def _over_wall(self, sure):
        wall = self._limits["wallTimeMs"] / 1000
        if self.clock.seconds() >= wall:
            if sure:
                return ended("wall_timeout", "process timeout")
            self._outside.ask()
        most = self._stretch * self._whole.wall_seconds
        if time.monotonic() - self._whole.started >= most:
            return {"ambiguous": "it waited for a core for most of %g s, of which it may have %g s" % (most, self._whole.wall_seconds)}
        return None
