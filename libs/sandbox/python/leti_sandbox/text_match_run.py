"""One program that is judged by its text alone: a judge, and no candidate."""
import socket

from .errors import RefusedError
from .run import Run


class TextMatchRun(Run):
    """Judges one program's text in a child of the judge's fork server."""

    def _start(self):
        near, far = socket.socketpair()
        near.close()
        with far:
            self._start_judge(far.fileno())
        self.judge_child.forked(self.alive)
        self.watch = self._watch_of(self.limits, self.judge_child)

    def _watch(self):
        """Waits for the verdict; what ends the child before the pattern is compiled is the pattern's doing."""
        message = super()._watch()
        if message is not None and message.get("outcome") in ("cpu_timeout", "memory_exceeded") and self.test_index is None:
            raise RefusedError("text_match.answer_pattern", "must compile within the limits")
        return message
