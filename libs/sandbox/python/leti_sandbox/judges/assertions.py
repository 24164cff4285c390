"""Judging by tests: Python statements run in order until one fails."""
from ..comparable import looked_at
from ..exceptions import PROGRAM_FILE, program_frames
from ..feedback import SETUP, tells_values
from ..feedback.assertion_values import SeenValues, watched
from ..judge import Judge, Program
from ..line_breaks import line_breaks
from ..template import moved
from ..test_names import needed_names, read_as_modules
from ..verdict import Verdict


class AssertionTemplate:
    """Set-up code and tests of one problem. ``error`` is set, and nothing else, when they do not compile.

    ``parts``: (index or None, code, lines before it within the tests); ``names``: what they read of the solution; ``modules``:
    those of the names that can only mean a standard module; ``sites``: the assertions whose values are seen, None when none are.
    """

    __slots__ = ("error", "parts", "names", "modules", "sites")

    def __init__(self, setup, tests, values=False):
        self.error = None
        self.parts = []
        self.sites = [] if values else None
        before = 0
        try:
            for index, text in [(None, setup)] * bool(setup) + list(enumerate(tests)):
                source = watched(text, self.sites, before) if values else text
                self.parts.append((index, compile(source, PROGRAM_FILE, "exec", dont_inherit=True), before))
                before += line_breaks(text + "\n")
            self.names = needed_names([setup, *tests])
            self.modules = read_as_modules([setup, *tests], self.names)
        except Exception as error:
            self.error = error


class AssertionJudge(Judge):
    """Runs the tests of an AssertionTemplate."""

    def decide(self):
        if self.template.error is not None:
            return self.invalid(None)
        failed = self.start_solution()
        if failed is not None:
            return failed
        lines = line_breaks(self.program.source)
        seen = None if self.template.sites is None else SeenValues(self.template.sites)
        if seen is not None:
            self.namespace.update(seen.names())
        for index, code, before in self.template.parts:
            self.running = SETUP if index is None else index
            if index is not None:
                self._on_test(index)
            try:
                exec(moved(code, lines + before), self.namespace)
            except Verdict:
                raise
            except BaseException as error:
                return self.failed(error, self._compared(error, seen, lines))
        return Verdict("passed")

    def _compared(self, error, seen, lines):
        """What the assertion that ``error`` came from compared, as (label, text) pairs; None where it came from none of these."""
        if seen is None or not isinstance(error, AssertionError) or self.peer.is_candidate_error(error):
            return None
        frames = program_frames(error.__traceback__)
        return looked_at(lambda: seen.of(frames[-1][0] - lines), lambda: None) if frames else None


def make_template(job):
    return AssertionTemplate(job["setup"], job["tests"], tells_values(job.get("feedback")))


def make_judge(channel, job, template, on_test):
    program = Program(job["prompt"], job["solution"], job["setup"], job["tests"])
    return AssertionJudge(channel, program, template, job.get("feedback"), on_test)
