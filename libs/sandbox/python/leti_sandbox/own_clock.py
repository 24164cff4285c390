"""A program's own time: what passes, without what it spent ready to run while others had the cores."""
import time

from . import process_tree


class OwnClock:
    """Counts from its making. ``mains``: candidate and judge, of which one waits while the other runs.

    Where the kernel does not tell how long a process waited for a core, it is taken from the looks: a process that is
    running whenever looked at, yet uses less CPU time than passed, has waited.
    """

    def __init__(self, mains):
        self.started = time.monotonic()
        self._waited = dict.fromkeys(mains, 0.0)
        self._late = self._without_core = 0.0
        self._told = process_tree.scheduling(mains[0]) is not None
        self._seen = {}
        self._changed = {}

    def seconds(self):
        """Own seconds passed. They grow as time does or slower, and are exact as of the last look."""
        return time.monotonic() - self.started - max(self._late, self._without_core, sum(self._waited.values()))

    def late(self, seconds):
        """Notes that the supervisor itself, who only ever waits, came to its turn so much too late: the machine stood still."""
        self._late += seconds

    def without_core(self, seconds):
        """Notes how long in all the program had no core, as the machine outside tells."""
        self._without_core = seconds

    def look(self, main, tree):
        """Takes in the usage of ``tree``, that of ``main`` and of all below it."""
        if self._told:
            self._waited[main] = max(self._waited[main], self._longest_wait(tree))
        elif main in tree:
            self._sample(main, tree[main])

    def _sample(self, main, use):
        now = time.monotonic()
        before, cpu = self._seen.get(main, (self.started, 0.0))
        self._seen[main] = now, use.cpu
        if use.state == "R":
            self._waited[main] += max(0.0, now - before - (use.cpu - cpu))

    def _longest_wait(self, tree):
        """Of all processes the longest wait, less what the others of the tree used: for those it was the tree's own doing."""
        total = sum(use.cpu for use in tree.values())
        longest = 0.0
        for pid, use in tree.items():
            scheduled = process_tree.scheduling(pid)
            if scheduled is not None:
                cpu, waited = scheduled
                others = max(0.0, total - cpu) if len(tree) > 1 or use.tasks > 1 else 0.0
                longest = max(longest, waited + self._unfinished_wait(pid, use, scheduled) - others)
        return longest

    def _unfinished_wait(self, pid, use, scheduled):
        """Seconds that a process waits already: the kernel adds a wait when it is over."""
        now = time.monotonic()
        before, since = self._changed.get(pid, (None, now))
        if before != scheduled:
            self._changed[pid] = scheduled, now
            return 0.0
        return now - since if use.state == "R" else 0.0
