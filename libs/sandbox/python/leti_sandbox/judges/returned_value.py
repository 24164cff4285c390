"""Judging by the value of an expression: it must equal a Python literal under a tolerance."""
import ast

from ..comparable import looked_at
from ..equality import Equality, Tolerance
from ..errors import RefusedError
from ..plain_data import NotPlainError, PlainReader
from ..verdict import Verdict
from .expression import as_assertion, as_long_assertion, ExpressionJudge, ExpressionTemplate, reason_of

_FIELD = "returned_value.expected"
_LONG = 1 << 12
"""Characters from which on parsing a literal takes as long as running a usual program."""


class ReturnedValueTemplate(ExpressionTemplate):
    """One problem's expression and expected value."""

    def complete(self, rule):
        try:
            self.expected = ast.literal_eval(rule["expected"].strip())
        except Exception as error:
            reason = ": " + reason_of(error) if isinstance(error, SyntaxError) else ""
            raise RefusedError(_FIELD, "must be a Python literal" + reason) from error
        tolerance = Tolerance(rule["tolerance"]["absolute"], rule["tolerance"]["relative"])
        self.equality = Equality(tolerance, rule["numbersFromText"])
        self.source = rule["expression"]
        displayed = len(rule["expected"]) > _LONG and type(self.expected) in (list, set, dict)
        self.shown = (as_long_assertion if displayed else as_assertion)(rule["expression"], rule["expected"])


class ReturnedValueJudge(ExpressionJudge):
    """Compares the value of a ReturnedValueTemplate's expression; nothing of the candidate takes part in it."""

    def look_at(self, value):
        # What cannot be compared with the expected value is not that value.
        return Verdict("passed") if looked_at(lambda: self._is_right(value), lambda: False) else self._wrong(value)

    def _is_right(self, value):
        try:
            got = PlainReader(_no_data).read(value)
        except NotPlainError:
            return False
        return self.template.equality.holds(self.template.expected, got)

    def _wrong(self, value):
        """The verdict of an assertion in the expression's place."""
        text = self.feedback.wrong_value(self.template.source, self.template.expected, value)
        return Verdict("failed_assertion", text, "AssertionError")


class _Unlike:
    """Stands for what is no plain data and so equals no literal."""


def _no_data(value, fields):
    return _Unlike()


make_template = ReturnedValueTemplate
make_judge = ReturnedValueJudge
