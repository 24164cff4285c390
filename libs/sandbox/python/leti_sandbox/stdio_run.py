"""One program that is run for each of its stdin/stdout cases, each time in a fresh candidate, and one judge for all of them."""
import fcntl
import os
import socket

from .captured_output import CapturedOutput
from .channel import Channel
from .ends import ended
from .errors import PeerGoneError
from .judges.stdio import send_run
from .run import Run
from .watch import Watch, WholeRun

_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
_STDIN_SHOWN = 1 << 12
"""Characters of a case's input that the judge gets, for feedback."""


class CaseRun(Run):
    """Runs the solution with one case's input until it ends; a judge has no part in it."""

    def __init__(self, whole, stdin, wall_ms):
        super().__init__(whole.slot, whole.program, whole.wake, whole.cancelled, whole.alive)
        self.kills = whole.kills
        self.limits = {**whole.limits, "wallTimeMs": wall_ms}
        self._whole = whole
        self._stdin = stdin

    def run(self):
        """Returns ``{"status": exit status}``, the message of another end, or None when cancelled. Raises LostError."""
        self.report, self._report_end = os.pipe()
        os.set_blocking(self.report, False)
        self.output = CapturedOutput(self.limits["outputBytes"])
        try:
            self._start()
            message = self._watch()
        finally:
            self._finish()
        if message is not None and "status" in message and self.output.exceeded:
            return ended("output_exceeded", "output limit exceeded")
        return message

    def _start(self):
        uid = self.slot.next_uid()
        folder = self.slot.workplace.make_program_folder(uid)
        stdin = sealed_file(self._stdin)
        try:
            report, stdout, stderr = self.output.ends
            self.candidate = self._child(self.slot.candidate, {
                "source": self.program["prompt"] + self.program["solution"] + "\n", "uid": uid, "directory": folder, "main": True,
            }, [report, stdout, stdin, stderr])
        finally:
            os.close(stdin)
        self.candidate.forked(self.alive)
        self.watch = self._whole.watch_part(self.limits, self.candidate)

    def _end_by_itself(self):
        if self.candidate.ended is None:
            return None
        status = self.candidate.ended["status"]
        if not os.WIFEXITED(status):
            return self._candidate_end()
        return self.watch.over_cpu(self.slot.outside is None) or {"status": os.WEXITSTATUS(status)}


class StdioRun(Run):
    """Runs a program's cases one after another until one fails. The limits bound each run, the wall limit all of them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._rule = self.program["judge"]
        self._wall_used = self._cpu = self._judge_overcounted = 0.0
        self._peak = self._bytes = 0
        self._survivors = False
        self._case = 0

    def _start(self):
        cases = [{"stdin": case["stdin"][:_STDIN_SHOWN], "stdout": case["stdout"]} for case in self._rule["cases"]]
        near, far = socket.socketpair()
        self._channel = Channel(near.detach())
        # It looks at every run, so it has the time of all of them.
        self.judge_limits = {**self.limits, "cpuTimeMs": self.limits["cpuTimeMs"] * len(cases)}
        with far:
            self._start_judge(far.fileno(), judge={**self._rule, "cases": cases},
                              limits=self.slot.child_limits(self.slot.judge, self.judge_limits))
        self.judge_child.forked(self.alive)
        self._watch_judge()

    def _finish(self):
        super()._finish()
        os.close(self._channel.fd)

    def _watch(self):
        """Runs case after case; returns the outcome's message, None when cancelled."""
        for self._case, case in enumerate(self._rule["cases"]):
            self.test_index = self._case
            run = CaseRun(self, case["stdin"].encode("utf-8", "surrogatepass"), self._wall_left())
            message = run.run()
            self._add(run)
            if message is None or "status" not in message:
                return message
            message = self._judged(run, message["status"])
            if message != _NEXT:
                return message

    def _judged(self, run, status):
        """Has the judge look at a run; returns its verdict, or _NEXT when it asks for the next case."""
        self._watch_judge()
        try:
            send_run(self._channel, status, run.output.report, run.output.stdout, self.alive)
        except PeerGoneError:
            pass  # its end says more
        message = super()._watch()
        self._wall_used += self.watch.clock.seconds()
        self._judge_overcounted = self.watch.overcounted
        if message is not None and message.get("outcome") == "syntax_error":
            self.test_index = None
        return message

    def _end_by_itself(self):
        return _NEXT if self.test_index > self._case else super()._end_by_itself()

    def _watch_judge(self):
        # Its CPU time is that of all cases so far, and so is what was counted too much.
        limits = {**self.judge_limits, "wallTimeMs": self._wall_left()}
        self.watch = self.watch_part(limits, self.judge_child, self._judge_overcounted)

    def watch_part(self, limits, child, overcounted=0.0):
        """A Watch of a part, which has the wall time that is left but may wait for a core as long as the whole."""
        whole = WholeRun(self.started, self.limits["wallTimeMs"] / 1000)
        return Watch(self.slot, limits, child, again=self.kills is not None, whole=whole, overcounted=overcounted)

    def _wall_left(self):
        return max(1, self.limits["wallTimeMs"] - 1000 * self._wall_used)

    def _add(self, run):
        child = run.candidate
        self._wall_used += run.watch.clock.seconds()
        self._cpu += max(0.0, max(child.ended["cpu"], run.watch.cpu) - run.watch.overcounted)
        self._peak = max(self._peak, run.watch.peak, child.ended["peak"])
        self._bytes += run.output.bytes
        self._survivors |= child.survivors
        self.exit_signal = run.exit_signal

    def _left_survivors(self):
        return self._survivors or super()._left_survivors()

    def _cpu_seconds(self):
        return self._cpu + max(0.0, self.judge_child.ended["cpu"] - self._judge_overcounted)

    def _evaluation(self, message):
        return {**super()._evaluation(message), "peakMemoryBytes": self._peak, "outputBytes": self._bytes}


_NEXT = {"next": True}


def sealed_file(data):
    """A descriptor of an unnamed file of ``data`` at its start, that nobody can change."""
    descriptor = os.memfd_create("stdin", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
