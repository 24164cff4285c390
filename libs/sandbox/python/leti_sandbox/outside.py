"""What a sandbox uses as the machine around it counts, for a kernel inside that counts waiting for a core as CPU time."""


class Outside:
    """Asks the supervisor's owner by ``ask(number)``.

    ``waiting``: whether an answer is due; ``latest``: CPU seconds of the whole sandbox that were heard of last, None before any.
    """

    def __init__(self, ask):
        self._ask = ask
        self._number = 0
        self._answer = None
        self.latest = None
        self.waiting = False

    def forget(self):
        """Drops an answer that came or is due: it is of another time."""
        self._answer = None
        self.waiting = False

    def ask(self):
        if not self.waiting:
            self.waiting = True
            self._number += 1
            self._ask(self._number)

    def heard(self, number, cpu_seconds):
        """Takes the answer to an ask: CPU seconds of the whole sandbox since it was started."""
        self.told(cpu_seconds)
        if self.waiting and number == self._number:
            self._answer = self.latest
            self.waiting = False

    def told(self, cpu_seconds):
        """Takes what nobody has asked for. CPU seconds never fall, though a reading that misses a process which is just ending does."""
        self.latest = max(self.latest or 0.0, cpu_seconds)

    def take(self):
        """The answer that came since the last call, or None."""
        answer, self._answer = self._answer, None
        return answer


class Overcount:
    """CPU seconds that the kernel inside counted for a program, and nobody outside: time in which it had no core."""

    def __init__(self):
        self.seconds = 0.0
        self._least = None

    @property
    def started(self):
        return self._least is not None

    def update(self, inside, outside):
        # Outside is told too little at times and never too much: the least difference is the truest, and the next answer corrects.
        ahead = inside - outside
        self._least = ahead if self._least is None else min(self._least, ahead)
        self.seconds = ahead - self._least
