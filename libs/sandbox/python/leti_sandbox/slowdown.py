"""How much more CPU time than usual the same work takes while a program runs, because of who else uses cores, caches and memory."""
from .speed import round_seconds

_ROUNDS = 6
_FROM, _EVERY = 0.5, 0.05
"""Of the CPU limit: what a program has used when it is measured first, and between two measures."""
MOST_SLOWDOWN, _LEAST_SLOWDOWN = 1.5, 1.1


class Slowdown:
    """Measures of one program's run, spread over its later part: what one moment shows may be that moment's alone.

    ``usual_round``: CPU seconds of a round of work on the undisturbed machine, 0 where they are not known; ``limit_seconds``: the
    program's CPU limit on that machine.
    """

    def __init__(self, usual_round, limit_seconds):
        self._usual_round = usual_round
        self._step = _EVERY * limit_seconds
        self._next = _FROM * limit_seconds
        self._found = []

    def look(self, used):
        """Measures when it is time to, after ``used`` CPU seconds of the program; takes some milliseconds then."""
        if self._usual_round and used >= self._next:
            self._next = used + self._step
            self._found.append(round_seconds(_ROUNDS) / self._usual_round)

    def factor(self):
        """By which the limit is higher now: the measures' median, 1 where that is too little to tell, and never above 1.5."""
        if not self._found:
            return 1.0
        median = sorted(self._found)[(len(self._found) - 1) // 2]
        return 1.0 if median < _LEAST_SLOWDOWN else min(median, MOST_SLOWDOWN)
