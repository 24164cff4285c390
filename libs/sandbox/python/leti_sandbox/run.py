"""One program from start to end: two children, one verdict, nothing left behind."""
import os
import select
import signal
import socket
import time

from . import process_tree
from .frames import FrameBuffer, receive_frame, send_frame

_FIRST_LOOK, _LOOK = 0.05, 0.1
_GRACE = 0.2
_END_SECONDS = 30


class LostError(Exception):
    """The sandbox died or stopped answering under the program: no verdict."""


class Child:
    """One role's child of a running program."""

    def __init__(self, zygote, job, descriptors):
        self.zygote = zygote
        self.ended = None
        self._clean = False
        self._job = job
        send_frame(zygote.control, job, descriptors)

    def forked(self):
        """Takes the fork server's word that the child runs."""
        message, descriptors = receive_frame(self.zygote.control, 1)
        if "unfit" in message:
            raise LostError("a %s could not be set up: %s" % (self.zygote.role, message["unfit"]))
        self.pid, self.pidfd = message["pid"], descriptors[0]

    def take_end(self):
        """Reads the fork server's report of the end."""
        message, _ = receive_frame(self.zygote.control)
        if "unfit" in message:
            raise LostError("a %s could not be set up: %s" % (self.zygote.role, message["unfit"]))
        if "status" in message:
            self.ended = message
        self._clean = message["clean"]

    def kill(self):
        if self.ended is None:
            try:
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def finish(self, deadline):
        """Kills the child and all below it; returns when the fork server has seen everything end."""
        self.kill()
        while self.ended is None or not self._clean:
            if self.ended is not None:
                process_tree.kill_all(process_tree.descendants(self.zygote.pid))
            self.zygote.control.settimeout(0.05 if self.ended is not None else _END_SECONDS)
            try:
                self.take_end()
            except (socket.timeout, TimeoutError):
                if time.monotonic() > deadline:
                    raise LostError("children of %s do not end" % self.zygote.role) from None
            finally:
                self.zygote.control.settimeout(None)
        os.close(self.pidfd)

    def cpu_seconds(self):
        if self.ended is not None:
            return self.ended["cpu"]
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0


class Run:
    """Judges one program with the two fork servers of a slot. ``cancelled()`` is asked while it waits on ``wake``."""

    def __init__(self, slot, program, wake, cancelled):
        self.slot = slot
        self.limits = program["limits"]
        self.program = program
        self.wake = wake
        self.cancelled = cancelled
        self.output_bytes = 0
        self.test_index = None
        self.verdict = None
        self.peak = 0
        self.exit_signal = 0
        self.started = time.monotonic()

    def judge(self):
        """Returns the evaluation as a dict, or None when cancelled. Raises LostError."""
        near, far = socket.socketpair()
        self.output, output_end = os.pipe()
        self.report, report_end = os.pipe()
        uid = self.slot.next_uid()
        folder = self.slot.workplace.make_program_folder(uid)
        os.set_blocking(self.output, False)
        os.set_blocking(self.report, False)
        children = []
        try:
            program = self.program
            self.candidate = Child(self.slot.candidate, {
                "source": program["prompt"] + program["solution"] + "\n", "uid": uid, "directory": folder,
                "limits": self.slot.child_limits(self.slot.candidate, self.limits),
            }, [near.fileno(), output_end])
            children.append(self.candidate)
            self.judge_child = Child(self.slot.judge, {
                "prompt": program["prompt"], "solution": program["solution"], "setup": program["testSetupCode"],
                "tests": program["tests"], "judge": program.get("judge"),
                "uid": self.slot.judge_uid, "directory": self.slot.workplace.judge,
                "limits": self.slot.child_limits(self.slot.judge, self.limits),
            }, [far.fileno(), report_end])
            children.append(self.judge_child)
            near.close()
            far.close()
            os.close(output_end)
            os.close(report_end)
            for child in children:
                child.forked()
            outcome = self._watch()
        finally:
            deadline = time.monotonic() + _END_SECONDS
            for child in children:
                child.kill()
            for child in children:
                child.finish(deadline)
            self._drain_output()
            os.close(self.output)
            os.close(self.report)
            self.slot.workplace.wipe_program_folder()
        if outcome is not None and outcome["outcome"] == "passed" and self.output_bytes > self.limits["outputBytes"]:
            # Written before the verdict, though nobody had read it by then.
            outcome = _ended("output_exceeded", "output limit exceeded")
        return None if outcome is None else self._evaluation(outcome)

    # Watching ----------------------------------------------------------------------------------------------------

    def _watch(self):
        """Waits for the verdict or for a reason to end the program; returns the outcome's message, None when cancelled."""
        frames = FrameBuffer()
        poll = select.poll()
        for source in (self.report, self.output, self.candidate.zygote.control, self.judge_child.zygote.control, self.wake):
            poll.register(source, select.POLLIN)
        wall_end = self.started + self.limits["wallTimeMs"] / 1000
        look = self.started + _FIRST_LOOK
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
            if self.output in ready and self._drain_output():
                return _ended("output_exceeded", "output limit exceeded")
            if self.wake in ready and self.cancelled():
                return None
            if self.candidate.zygote.control.fileno() in ready:
                self.candidate.take_end()
                message = self._take_report(frames)
                if message is not None and message.get("outcome") != "candidate_gone":
                    return message
                return self._candidate_end()
            if self.judge_child.zygote.control.fileno() in ready:
                self.judge_child.take_end()
                if gone_since is None:
                    return self._judge_end()
                poll.unregister(self.judge_child.zygote.control)
            now = time.monotonic()
            if gone_since is not None and now > gone_since + _GRACE:
                return _ended("tampering", "protocol violation")
            if now >= wall_end:
                return _ended("wall_timeout", "process timeout")
            if now >= look:
                message = self._over_limit()
                if message is not None:
                    return message
                look = now + self._next_look()
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
            elif "fault" in message:
                raise LostError("the judge failed: " + message["fault"])
            else:
                return message["verdict"]

    def _drain_output(self):
        """Counts and drops what the program wrote; returns whether it is over its limit."""
        try:
            while True:
                data = os.read(self.output, 1 << 16)
                if not data:
                    break
                self.output_bytes += len(data)
                if self.output_bytes > self.limits["outputBytes"]:
                    break
        except BlockingIOError:
            pass
        return self.output_bytes > self.limits["outputBytes"]

    def _over_limit(self):
        limit = self.limits["cpuTimeMs"] / 1000
        cpu, memory, tasks = process_tree.usage(process_tree.descendants(self.candidate.zygote.pid))
        self.peak = max(self.peak, memory)
        if max(cpu, self.candidate.cpu_seconds(), self.judge_child.cpu_seconds()) >= limit:
            return _ended("cpu_timeout", "process timeout")
        if memory > self.limits["memoryBytes"] + self.slot.candidate.resident:
            return _ended("memory_exceeded", "memory limit exceeded")
        if tasks > self.limits["processes"]:
            return _ended("process_limit", "process limit exceeded")
        return None

    def _next_look(self):
        left = self.limits["cpuTimeMs"] / 1000 - max(self.candidate.cpu_seconds(), self.judge_child.cpu_seconds())
        return min(_LOOK, max(0.002, left))

    # Ends --------------------------------------------------------------------------------------------------------

    def _candidate_end(self):
        """The program's process ended before its tests were done."""
        status, cpu = self.candidate.ended["status"], self.candidate.ended["cpu"]
        number = self.exit_signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu * 1000 >= self.limits["cpuTimeMs"]):
            return _ended("cpu_timeout", "process timeout")
        if number == signal.SIGKILL and self.candidate.ended["peak"] > 0.8 * self.limits["memoryBytes"]:
            return _ended("memory_exceeded", "memory limit exceeded")
        return _ended("early_exit", "early exit")

    def _judge_end(self):
        """The judge's process was ended by what the program gave it."""
        ended = self.judge_child.ended
        number = os.WTERMSIG(ended["status"]) if os.WIFSIGNALED(ended["status"]) else 0
        if number == 0:
            raise LostError("the judge ended without a verdict")
        if number == signal.SIGXCPU or ended["cpu"] * 1000 >= self.limits["cpuTimeMs"]:
            return _ended("cpu_timeout", "process timeout")
        if number == signal.SIGKILL:
            return _ended("memory_exceeded", "memory limit exceeded")
        return _ended("tampering", "protocol violation")

    def _evaluation(self, message):
        index = message.get("failedTestIndex")
        return {
            "outcome": message["outcome"],
            "feedback": message["feedback"],
            "exceptionType": message["exceptionType"],
            "failedTestIndex": None if message["outcome"] == "passed" else self.test_index if index is None else index,
            "cpuTimeMs": 1000 * (self.candidate.ended["cpu"] + self.judge_child.ended["cpu"]),
            "wallTimeMs": 1000 * (time.monotonic() - self.started),
            "peakMemoryBytes": max(self.peak, self.candidate.ended["peak"]),
            "outputBytes": self.output_bytes,
            "exitSignal": self.exit_signal,
        }


def _ended(outcome, feedback):
    return {"outcome": outcome, "feedback": feedback, "exceptionType": "", "failedTestIndex": None}
