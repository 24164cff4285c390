"""What a sandbox uses as the machine around it counts, for a kernel inside that counts waiting for a core as CPU time."""


class Outside:
    """Asks the supervisor's owner. ``waiting``: whether an answer is due."""

    def __init__(self, ask):
        self._ask = ask
        self._answer = None
        self.waiting = False

    def ask(self):
        if not self.waiting:
            self.waiting = True
            self._ask()

    def heard(self, cpu_seconds):
        """Takes the answer: CPU seconds of the whole sandbox since it was started."""
        self._answer = cpu_seconds
        self.waiting = False

    def take(self):
        """The answer that came since the last call, or None."""
        answer, self._answer = self._answer, None
        return answer


class Overcount:
    """CPU seconds that the kernel inside counted for a program, and nobody outside: time in which it had no core."""

    def __init__(self):
        self.seconds = 0.0
        self._start = None

    @property
    def started(self):
        return self._start is not None

    def update(self, inside, outside):
        if self._start is None:
            self._start = inside - outside
        self.seconds = max(self.seconds, inside - outside - self._start)
