"""One program from start to end: two children, one verdict, nothing left behind."""
import os
import select
import socket
import time

from .child import END_SECONDS, Child
from .ends import KillCount, candidate_end, ended, judge_end, term_signal
from .errors import RefusedError, is_refusal
from .feedback import end_feedback
from .feedback_parts import parts_of
from .frames import TEST_NOTE, ClosedError, FrameBuffer
from .output import Output
from .refused_forks import RefusedForks
from .verdict import CANDIDATE_GONE, is_index, is_verdict
from .watch import FIRST_LOOK, Watch

_GRACE = 0.2
"""Own seconds in which the judge hears that the candidate is gone, or the candidate ends that has closed its channel."""
_LATE = 0.02
_MOST_REPORT = 16 << 20
"""Bytes of a judge's message, whose longest part is feedback of bounded length."""
_READS = 16
"""Pieces of the judge's report that are taken at once: whoever writes without end is not to keep the limits from being looked at."""
_NO_REPORT = {"ambiguous": "what the judge reported cannot be read", "violation": "judge_failed"}


class Run:
    """Judges one program that is run once, with the two fork servers of a slot.

    ``cancelled()`` is asked while it waits on ``wake``, and ``alive()`` is called many times a second. ``again`` says that it is
    the second run, after an ambiguous end. ``violation``, afterwards and however it ended: what happened that the sandbox is
    replaced after, or None: ``tampering``, ``survivors``, ``judge_failed``, ``process_limit`` or ``memory_exceeded``;
    ``overcounted``: whether it is over its CPU limit though the kernel here had counted too much for it.
    """

    def __init__(self, slot, program, wake, cancelled, alive=lambda: None, again=False):
        self.slot = slot
        self.limits = self.judge_limits = program["limits"]
        self.program = program
        self.wake = wake
        self.cancelled = cancelled
        self.alive = alive
        self.kills = KillCount() if again else None
        self.refused_forks = RefusedForks(slot.fork_events)
        self.children = []
        self.candidate = self.watch = None
        self.test_index = None
        self.exit_signal = 0
        self.gone = False
        self.parted = None
        self.violation = None
        self.overcounted = False
        self.started = time.monotonic()

    def judge(self):
        """Returns the evaluation as a dict, ``{"ambiguous": reason}``, or None when cancelled. Raises LostError, RefusedError."""
        self.report, self._report_end = os.pipe()
        os.set_blocking(self.report, False)
        self.output = Output(self.limits["outputBytes"])
        try:
            self._start()
            message = self._watch()
        finally:
            self._finish()
            # Also of a program that is cancelled or refused.
            if self._left_survivors():
                self.violation = "survivors"
        if message is None:
            return None
        if message.get("outcome") == "passed" and self.output.exceeded:
            # Written before the verdict, though nobody had read it by then.
            message = ended("output_exceeded", "output limit exceeded")
        self.violation = self.violation or self._violation(message)
        self.overcounted = message.get("overcounted", False)
        return message if "ambiguous" in message else self._evaluation(message)

    def _left_survivors(self):
        """Whether processes turned up after all had been killed."""
        return any(child.survivors for child in self.children)

    @staticmethod
    def _violation(message):
        outcome = message.get("outcome")
        return outcome if outcome in ("tampering", "process_limit") else message.get("violation")

    # Starting and ending -----------------------------------------------------------------------------------------

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
            child.forked(self.alive)
        self.watch = self._watch_of(self.limits, self.candidate, self.judge_child)

    def _start_judge(self, channel, **more):
        program = self.program
        os.ftruncate(self.slot.test_note, 0)
        self.judge_child = self._child(self.slot.judge, {
            "prompt": program["prompt"], "solution": program["solution"], "setup": program["testSetupCode"],
            "tests": program["tests"], "judge": program.get("judge"), "feedback": program.get("feedback"),
            "uid": self.slot.judge_uid, "directory": self.slot.workplace.judge, **more,
        }, [channel, self._report_end, self.slot.test_note])

    def _watch_of(self, limits, *children):
        return Watch(self.slot, limits, *children, again=self.kills is not None)

    def _child(self, zygote, job, descriptors):
        child = Child(zygote, {"limits": self.slot.child_limits(zygote, self.limits), **job}, descriptors)
        self.children.append(child)
        return child

    def _finish(self):
        """Ends all that runs, and wipes what it left."""
        deadline = time.monotonic() + END_SECONDS
        for child in self.children:
            child.kill()
        if self.watch is not None and self.watch.saw_children:
            # Before their parent's end is reported: they may be eating memory.
            self.children[0].kill_tree()
        for child in self.children:
            child.finish(deadline)
        self.output.drain()
        self.output.close()
        for descriptor in (self.output.end, self.report, self._report_end):
            os.close(descriptor)
        self.slot.workplace.wipe_program_folder()

    # Waiting for the end -----------------------------------------------------------------------------------------

    def _watch(self):
        """Waits for the verdict or for a reason to end the program; returns the outcome's message, None when cancelled."""
        try:
            return self._wait()
        finally:
            after, _ = self._noted()
            self.test_index = after - 1 if is_index(after - 1) else self.test_index

    def _noted(self):
        """What the judge has noted last, as TEST_NOTE has it."""
        note = os.pread(self.slot.test_note, TEST_NOTE.size, 0)
        return TEST_NOTE.unpack(note) if len(note) == TEST_NOTE.size else (0, False)

    def _is_in_verifier(self):
        # The judge of a rule without a verifier runs other code of the caller's, which can write there too.
        return (self.program.get("judge") or {}).get("kind") == "verifier" and self._noted()[1]

    def _wait(self):
        frames = FrameBuffer(_MOST_REPORT)
        poll = select.poll()
        controls = {child.zygote.control.fileno(): child for child in self.children}
        for source in (self.report, self.output.fd, self.wake, *controls):
            poll.register(source, select.POLLIN)
        look = self.watch.clock.started + FIRST_LOOK
        while True:
            ready = self._poll(poll, look)
            if self.output.fd in ready and self.output.drain():
                return ended("output_exceeded", "output limit exceeded")
            if self.wake in ready:
                if self.cancelled():
                    return None
                # It may be an answer that the watch waits for.
                look = 0.0
            for control in controls.keys() & ready:
                controls[control].take_end()
                poll.unregister(control)
            # After the ends: what a child said before its end is there by now.
            verdict = self._take_report(frames)
            if verdict is not None:
                # Even if the look that should have seen it comes late.
                return self.watch.over_cpu(self.slot.outside is None) or self._own(verdict)
            message = self._end_by_itself()
            if message is not None:
                return message
            if time.monotonic() >= look:
                message = self.watch.look()
                if message is not None:
                    return message
                look = time.monotonic() + self.watch.next_look()

    def _poll(self, poll, until):
        """Descriptors that are ready, at the latest when ``until`` is there."""
        ready = {descriptor for descriptor, _ in poll.poll(max(0.0, until - time.monotonic()) * 1000 + 1)}
        late = time.monotonic() - until
        if late > _LATE:
            self.watch.clock.late(late)
        self.alive()
        return ready

    def _take_report(self, frames):
        """The judge's verdict, None when there is none yet; takes in the case it asks for, and whether it found the candidate gone.

        The tests run beside the judge and can write there too: what makes no sense is no verdict, and no reason to end.
        """
        try:
            for _ in range(_READS):
                frames.feed(os.read(self.report, 1 << 16))
        except BlockingIOError:
            pass
        while True:
            try:
                message = frames.pop()
            except (ClosedError, ValueError, RecursionError):
                return _NO_REPORT
            if message is None:
                return None
            kind, value = next(iter(message.items())) if type(message) is dict and len(message) == 1 else (None, None)
            if kind == "test" and is_index(value):
                self.test_index = value
            elif kind == "refused" and is_refusal(value):
                raise RefusedError(**value)
            elif kind == "fault" and type(value) is str:
                return {"ambiguous": "the judge failed: " + value, "violation": "judge_failed"}
            elif kind != "verdict" or not is_verdict(value):
                return _NO_REPORT
            elif value["outcome"] == CANDIDATE_GONE:
                self.gone = True
            else:
                return value

    def _own(self, verdict):
        """The judge's verdict, unless it may be of a fork that the machine refused."""
        if verdict.get("outcome") != "process_limit" or not self.refused_forks.moved():
            return verdict
        return self.watch.over_processes() or {"ambiguous": "the machine had no room for more processes"}

    def _end_by_itself(self):
        """The message of an end that neither the judge nor a limit decided, None while there is none or it is unclear whose it is."""
        candidate, judge = self.candidate, self.judge_child
        if judge.ended is not None and not self.gone:
            # Even if the candidate has ended as well: it does when its judge dies.
            return self._judge_end()
        if candidate is None or (candidate.ended is None and not self.gone):
            return None
        if candidate.ended is not None and self.gone:
            return self._candidate_end()
        if self.parted is None:
            self.parted = self.watch.clock.seconds()
        if self.watch.clock.seconds() < self.parted + _GRACE:
            return None
        if candidate.ended is not None:
            return None if judge.has_ended() else self._candidate_end()
        return None if candidate.has_ended() else ended("tampering", "protocol violation")

    def _used(self, child, limits):
        """CPU seconds of an ended child less what was counted and not used; None while that is asked for."""
        counted = child.ended["cpu"]
        if counted * 1000 < limits["cpuTimeMs"]:
            return counted
        return max(0.0, counted - self.watch.overcounted) if self.watch.knows_overcount() else None

    def _judge_end(self):
        judge = self.judge_child
        used = self._used(judge, self.judge_limits)
        if used is None:
            return None
        return judge_end(judge.ended, used, self.judge_limits, judge.cpu_fence_seconds, self._is_in_verifier())

    def _candidate_end(self):
        candidate = self.candidate
        used = self._used(candidate, self.limits)
        if used is None:
            return None
        message = candidate_end(candidate.ended, used, self.limits, candidate.cpu_fence_seconds, self.kills)
        if message.get("outcome") == "early_exit":
            self.exit_signal = term_signal(self.candidate.ended["status"])
        return message

    def _cpu_seconds(self):
        """CPU seconds of the whole program, after its end."""
        counted = max(sum(child.ended["cpu"] for child in self.children), self.watch.cpu)
        return max(0.0, counted - self.watch.overcounted)

    def _evaluation(self, message):
        index = message.get("failedTestIndex")
        candidates = [child for child in self.children if child.zygote is self.slot.candidate]
        feedback = end_feedback(self.program, message["feedback"], self.test_index)
        parts = message.get("feedbackParts") or parts_of(feedback)
        return {
            "outcome": message["outcome"],
            "feedback": feedback,
            **({"feedbackParts": parts} if parts else {}),
            "exceptionType": message["exceptionType"],
            "failedTestIndex": None if message["outcome"] == "passed" else self.test_index if index is None else index,
            "cpuTimeMs": 1000 * self._cpu_seconds(),
            "wallTimeMs": 1000 * (time.monotonic() - self.started),
            "peakMemoryBytes": max([self.watch.peak, *(child.ended["peak"] for child in candidates)]),
            "outputBytes": self.output.bytes,
            "exitSignal": self.exit_signal,
        }
