"""One program that is judged by its text alone: a judge, and no candidate."""
import select
import socket
import time

from .child import Child
from .ends import ended, judge_end
from .errors import RefusedError
from .frames import FrameBuffer
from .run import Run
from .watch import FIRST_LOOK, Watch


class TextMatchRun(Run):
    """Judges one program's text in a child of the judge's fork server."""

    def _start(self):
        near, far = socket.socketpair()
        near.close()
        with far:
            self._start_judge(far.fileno())
        self.judge_child.forked()
        self.watch = Watch(self.slot, self.limits, self.judge_child)

    def _watch(self):
        """Waits for the verdict; what ends the child before the pattern is compiled is the pattern's doing."""
        message = self._wait()
        if message is not None and message["outcome"] in ("cpu_timeout", "memory_exceeded") and self.test_index is None:
            raise RefusedError("text_match.answer_pattern", "must compile within the limits")
        return message

    def _wait(self):
        frames = FrameBuffer()
        poll = select.poll()
        for source in (self.report, self.judge_child.zygote.control, self.wake):
            poll.register(source, select.POLLIN)
        wall_end = self.started + self.limits["wallTimeMs"] / 1000
        look = self.started + FIRST_LOOK
        while True:
            ready = {descriptor for descriptor, _ in poll.poll(max(0, min(look, wall_end) - time.monotonic()) * 1000 + 1)}
            message = self._take_report(frames)
            if message is not None:
                return message
            if self.wake in ready and self.cancelled():
                return None
            if self.judge_child.zygote.control.fileno() in ready:
                self.judge_child.take_end()
                return self._take_report(frames) or judge_end(self.judge_child.ended, self.limits)
            now = time.monotonic()
            if now >= wall_end:
                return ended("wall_timeout", "process timeout")
            if now >= look:
                message = self.watch.look()
                if message is not None:
                    return message
                look = now + self.watch.next_look()
