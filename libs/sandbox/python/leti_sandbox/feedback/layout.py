"""What stands where in a program's one text, and what of it feedback may show."""
from functools import cached_property

from ..line_breaks import line_breaks
from .places import places_of

SETUP = "setup"
"""In place of a test's index: the set-up code runs."""


class Layout:
    """Prompt, solution, set-up code and tests by line of the text that they make.

    ``cases``: the number of test cases that are not in the text. ``visible_tests``: how many tests feedback may quote, None for
    all. Where one test is hidden the set-up code is hidden too: it may hold what the hidden tests expect.
    """

    def __init__(self, prompt, solution, setup, tests, cases=0, visible_tests=None):
        self.source = prompt + solution + "\n"
        self.setup = setup
        self.tests = tests
        self.cases = max(len(tests), cases, 1)
        self.visible = self.cases if visible_tests is None else min(visible_tests, self.cases)
        self.text = self._text(self.tests)
        self.lines = self.text.split("\n")
        self.solution_line = line_breaks(prompt) + 1
        self._setup_line = line_breaks(self.source) + 1
        self._test_lines = []
        line = self._setup_line + (line_breaks(self.setup + "\n") if self.setup else 0)
        for test in self.tests:
            self._test_lines.append(line)
            line += line_breaks(test + "\n")

    def _text(self, tests):
        return self.source + (self.setup + "\n" if self.setup else "") + "\n".join(tests)

    @cached_property
    def places(self):
        """Where the solution's text can fail: ``places_of`` it."""
        return places_of(self.source)

    @property
    def hides_some(self):
        """Whether there is a hidden test."""
        return self.visible < self.cases

    def hides(self, running):
        """Whether the code that runs is hidden; ``running``: None for the solution itself, SETUP, or a test's index."""
        if running is None:
            return False
        return self.hides_some if running == SETUP else running >= self.visible

    def part_of(self, line):
        """None for a line of prompt and solution, SETUP, or the index of the test that it stands in."""
        if line < self._setup_line:
            return None
        found = SETUP
        for index, first in enumerate(self._test_lines):
            if line < first:
                break
            found = index
        return found

    def first_line_of(self, part):
        """The line of the text that set-up code or a test starts in; 0 for a test that is not in the text."""
        if part == SETUP:
            return self._setup_line
        return self._test_lines[part] if part < len(self._test_lines) else 0

    def shown_text(self):
        """The text without what is hidden."""
        return self.source + "\n".join(self.tests[: self.visible]) if self.hides_some else self.text

    def line_at(self, number):
        """A line of the text without the white space around it; empty where the text has none."""
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""
