"""One program from start to end: two children, one verdict, nothing left behind."""
import os
import select
import socket
import time

from .child import END_SECONDS, Child, LostError
from .ends import candidate_end, ended, judge_end, term_signal
from .errors import RefusedError
from .frames import FrameBuffer
from .output import Output
from .watch import FIRST_LOOK, Watch

_GRACE = 0.2


class Run:
    """Judges one program that is run once, with the two fork servers of a slot. ``cancelled()`` is asked while it waits on ``wake``."""

    def __init__(self, slot, program, wake, cancelled):
        self.slot = slot
        self.limits = program["limits"]
        self.program = program
        self.wake = wake
        self.cancelled = cancelled
        self.test_index = None
        self.exit_signal = 0
        self.started = time.monotonic()

    def judge(self):
        """Returns the evaluation as a dict, or None when cancelled. Raises LostError, RefusedError."""
        self.report, self._report_end = os.pipe()
        os.set_blocking(self.report, False)
        self.output = Output(self.limits["outputBytes"])
        self.children = []
        try:
            self._start()
            outcome = self._watch()
        finally:
            self._finish()
        if outcome is not None and outcome["outcome"] == "passed" and self.output.exceeded:
            # Written before the verdict, though nobody had read it by then.
            outcome = ended("output_exceeded", "output limit exceeded")
        return None if outcome is None else self._evaluation(outcome)

    def _start(self):
        """Forks both children and lets them run."""
        near, far = socket.socketpair()
        uid = self.slot.next_uid()
        folder = self.slot.workplace.make_program_folder(uid)
        with near, far:
            self.candidate = self._child(self.slot.candidate, {
                "source": self.program["prompt"] + self.program["solution"] + "\n", "uid": uid, "directory": folder,
            }, [near.fileno(), self.output.end])
            self._start_judge(far.fileno())
        for child in self.children:
            child.forked()
        self.watch = Watch(self.slot, self.limits, self.candidate, self.judge_child)

    def _start_judge(self, channel, **more):
        program = self.program
        self.judge_child = self._child(self.slot.judge, {
            "prompt": program["prompt"], "solution": program["solution"], "setup": program["testSetupCode"],
            "tests": program["tests"], "judge": program.get("judge"), "feedback": program.get("feedback"),
            "uid": self.slot.judge_uid, "directory": self.slot.workplace.judge, **more,
        }, [channel, self._report_end])

    def _child(self, zygote, job, descriptors):
        child = Child(zygote, {**job, "limits": self.slot.child_limits(zygote, self.limits)}, descriptors)
        self.children.append(child)
        return child

    def _finish(self):
        """Ends all that runs, and wipes what it left."""
        deadline = time.monotonic() + END_SECONDS
        for child in self.children:
            child.kill()
        for child in self.children:
            child.finish(deadline)
        self.output.drain()
        self.output.close()
        for descriptor in (self.output.end, self.report, self._report_end):
            os.close(descriptor)
        self.slot.workplace.wipe_program_folder()

    def _watch(self):
        """Waits for the verdict or for a reason to end the program; returns the outcome's message, None when cancelled."""
        frames = FrameBuffer()
        poll = select.poll()
        for source in (self.report, self.output.fd, self.candidate.zygote.control, self.judge_child.zygote.control, self.wake):
            poll.register(source, select.POLLIN)
        wall_end = self.started + self.limits["wallTimeMs"] / 1000
        look = self.started + FIRST_LOOK
        gone_since = None
        while True:
            now = time.monotonic()
            ready = {descriptor for descriptor, _ in poll.poll(max(0, min(look, wall_end) - now) * 1000 + 1)}
            if self.report in ready or self.judge_child.zygote.control.fileno() in ready:
                message = self._take_report(frames)
                if message is not None and message.get("outcome") != "candidate_gone":
                    return message
                if message is not None:
                    gone_since = time.monotonic()
                    poll.unregister(self.report)
            if self.output.fd in ready and self.output.drain():
                return ended("output_exceeded", "output limit exceeded")
            if self.wake in ready and self.cancelled():
                return None
            if self.candidate.zygote.control.fileno() in ready:
                self.candidate.take_end()
                message = self._take_report(frames)
                if message is not None and message.get("outcome") != "candidate_gone":
                    return message
                self.exit_signal = term_signal(self.candidate.ended["status"])
                return candidate_end(self.candidate.ended, self.limits)
            if self.judge_child.zygote.control.fileno() in ready:
                self.judge_child.take_end()
                if gone_since is None:
                    return judge_end(self.judge_child.ended, self.limits)
                poll.unregister(self.judge_child.zygote.control)
            now = time.monotonic()
            if gone_since is not None and now > gone_since + _GRACE:
                return ended("tampering", "protocol violation")
            if now >= wall_end:
                return ended("wall_timeout", "process timeout")
            if now >= look:
                message = self.watch.look()
                if message is not None:
                    return message
                look = now + self.watch.next_look()
            if gone_since is not None:
                look = min(look, gone_since + _GRACE)

    def _take_report(self, frames):
        try:
            while True:
                data = os.read(self.report, 1 << 16)
                if not data:
                    break
                frames.feed(data)
                if len(data) < 1 << 16:
                    break
        except BlockingIOError:
            pass
        while True:
            message = frames.pop()
            if message is None:
                return None
            if "test" in message:
                self.test_index = message["test"]
            elif "refused" in message:
                raise RefusedError(**message["refused"])
            elif "fault" in message:
                raise LostError("the judge failed: " + message["fault"])
            else:
                return message["verdict"]

    def _evaluation(self, message):
        index = message.get("failedTestIndex")
        return {
            "outcome": message["outcome"],
            "feedback": message["feedback"],
            "exceptionType": message["exceptionType"],
            "failedTestIndex": None if message["outcome"] == "passed" else self.test_index if index is None else index,
            "cpuTimeMs": 1000 * sum(child.ended["cpu"] for child in self.children),
            "wallTimeMs": 1000 * (time.monotonic() - self.started),
            "peakMemoryBytes": max(self.watch.peak, *(child.ended["peak"] for child in self.children if child.zygote is self.slot.candidate), 0),
            "outputBytes": self.output.bytes,
            "exitSignal": self.exit_signal,
        }
