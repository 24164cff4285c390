"""Judging by the solution's text: nothing of it is run. The caller's pattern is compiled and searched here, under the limits."""
import re

from ..comparable import looked_at
from ..errors import RefusedError
from ..feedback import make_feedback
from ..judge import Program
from ..verdict import Verdict


class TextMatchJudge:
    """Finds the answer in the solution and compares it with the expected texts."""

    def __init__(self, channel, job, template, on_test):
        self._solution = job["solution"]
        self._rule = job["judge"]
        self._feedback = make_feedback(Program(job["prompt"], job["solution"], "", [], cases=1), job.get("feedback"))
        self._on_test = on_test

    def judge(self):
        """Returns the Verdict. Raises RefusedError when the pattern is none."""
        pattern = self._pattern()
        # Whoever watches takes what comes before this for the pattern's own fault.
        self._on_test(0)
        answer = self._solution if pattern is None else looked_at(lambda: _last_match(pattern, self._solution), lambda: None)
        if answer is not None:
            answer = answer.strip()
            if looked_at(lambda: self._is_right(answer), lambda: False):
                return Verdict("passed")
        return Verdict("failed_assertion", self._feedback.no_match(self._rule["expected"], answer))

    def _pattern(self):
        text = self._rule["answerPattern"]
        try:
            return re.compile(text) if text else None
        except Exception as error:
            raise RefusedError("text_match.answer_pattern", "must be a Python regular expression: %s" % error) from error

    def _is_right(self, answer):
        fold = str.casefold if self._rule["ignoreCase"] else str
        holds = _MODES[self._rule["mode"]]
        return any(holds(fold(answer), fold(expected)) for expected in self._rule["expected"])


_MODES = {"equal": str.__eq__, "prefix": str.startswith, "contains": str.__contains__}


def _last_match(pattern, text):
    found = None
    for found in pattern.finditer(text):
        pass
    if found is None:
        return None
    return found.group(1) if pattern.groups else found.group()


make_template = None
make_judge = TextMatchJudge
