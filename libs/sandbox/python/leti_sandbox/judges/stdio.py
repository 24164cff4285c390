"""Judging by stdin/stdout cases: what each run of the solution wrote, as the supervisor hands it over, is compared here."""
from ..comparable import looked_at
from ..equality import Tolerance
from ..errors import ProtocolError
from ..exceptions import MAX_FRAMES, MAX_TEXT
from ..feedback import make_feedback
from ..judge import Program
from ..judge_errors import RemoteTrace
from ..main_program import ASSERTION, INVALID, MEMORY, PROCESSES, RAISED
from ..stdout_comparison import COMPARISONS
from ..verdict import Verdict
from ..wire import Reader, Writer

_PART = 1 << 20
_SHOWN = 1 << 20
_OUTCOMES = {ASSERTION: "failed_assertion", MEMORY: "memory_exceeded", PROCESSES: "process_limit"}


class StdioJudge:
    """Judges runs of the solution, one for each case, until one fails. ``on_test(index)`` asks for the next case's run."""

    def __init__(self, channel, job, template, on_test):
        rule = job["judge"]
        self._channel = channel
        self._cases = rule["cases"]
        self._same = COMPARISONS[rule["comparison"]]
        self._tolerance = Tolerance(rule["tolerance"]["absolute"], rule["tolerance"]["relative"])
        self._on_test = on_test
        program = Program(job["prompt"], job["solution"], "", [], cases=len(self._cases))
        self._feedback = make_feedback(program, job.get("feedback"))

    def judge(self):
        """Returns the Verdict. Raises whatever is a fault of the machinery and not of the program."""
        for index, case in enumerate(self._cases):
            self._on_test(index)
            verdict = self._look_at(index, case, *receive_run(self._channel))
            if verdict is not None:
                if verdict.outcome != "syntax_error":
                    verdict.test_index = index
                return verdict
        return Verdict("passed")

    def _look_at(self, index, case, status, report, stdout):
        """The verdict on one run that failed, None when the case holds. Only status and stdout can make it hold."""
        if status != 0:
            return self._ended_badly(index, report)
        expected = case["stdout"].encode("utf-8", "surrogatepass")
        if looked_at(lambda: self._same(expected, stdout, self._tolerance), lambda: False):
            return None
        return Verdict("failed_assertion", self._feedback.wrong_stdout(index, case["stdin"], _shown(expected), _shown(stdout)))

    def _ended_badly(self, index, report):
        try:
            what, kind, trace = read_report(report)
        except ProtocolError:
            what = None
        if what == INVALID:
            return Verdict("syntax_error", *self._feedback.invalid(trace))
        if what == RAISED:
            feedback = self._feedback.raised(trace.frames, trace.final, trace.name, index)
            return Verdict(_OUTCOMES.get(kind, "exception"), feedback, trace.name)
        return Verdict("early_exit", self._feedback.ended("early exit", index))


def read_report(data):
    """``(what, kind, trace)`` of what a main program said of its end; ProtocolError when it said nothing that can be read."""
    reader = Reader(data)
    what, kind = reader.u8(), reader.u8()
    final, name = reader.text()[:MAX_TEXT], reader.text()[:256]
    frames = [(reader.u32(), reader.text()[:256], reader.u32()) for _ in range(min(reader.count(12), MAX_FRAMES))]
    return what, kind, RemoteTrace(frames, final, name)


def send_run(channel, status, report, stdout, between=lambda: None):
    """Hands one run over to the judge: exit status, the program's report, and what it wrote. ``between()`` is called now and then."""
    head = Writer()
    head.u32(status)
    head.raw(report)
    head.u32(len(stdout))
    channel.send(head.data)
    view = memoryview(stdout)
    for at in range(0, len(stdout), _PART):
        channel.send(bytes(view[at : at + _PART]))
        between()


def receive_run(channel):
    """``(status, report, stdout)`` of the next run."""
    head = Reader(channel.receive())
    status, report, size = head.u32(), head.raw(), head.u32()
    stdout = bytearray()
    while len(stdout) < size:
        stdout += channel.receive()
    return status, report, stdout


def _shown(text):
    return bytes(text[:_SHOWN]).decode("utf-8", "replace")


make_template = None
make_judge = StdioJudge
