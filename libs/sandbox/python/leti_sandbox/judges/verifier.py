"""Judging by the caller's own code: ``verify(value, reference)`` looks at an expression's value as plain data."""
import json
import traceback

from ..errors import RefusedError
from ..plain_data import NotPlainError, PlainReader
from ..verdict import Verdict
from .expression import compiled, ExpressionJudge, ExpressionTemplate

_FILE = "<verifier>"
_FIELD = "verifier.verifier"
_MAX_DESCRIPTION = 4_000


class VerifierTemplate(ExpressionTemplate):
    """One problem's expression, the verifier's code, and its reference as JSON text."""

    def complete(self, rule):
        self.source = rule["verifier"]
        self.code = compiled(_FIELD, self.source, "exec", _FILE)
        self.reference = rule["reference"]
        try:
            if self.reference:
                json.loads(self.reference)
        except Exception as error:
            raise RefusedError("verifier.reference", "must be JSON or empty: %s" % error) from error


class VerifierJudge(ExpressionJudge):
    """Has the caller's code look at the value. What goes wrong in that code is no verdict on the solution."""

    def look_at(self, value):
        try:
            plain = PlainReader(_as_data, self.peer).read(value)
        except NotPlainError as error:
            return self._refused("the value is not plain data: %s" % error)
        except Exception as error:
            return self._unreadable(error)
        del value
        feedback = self._verify(plain)
        return Verdict("passed") if feedback is None else self._refused(feedback)

    def _unreadable(self, error):
        """The verdict on a value that ``error`` kept from being read."""
        if isinstance(error, (RecursionError, MemoryError)) or self.peer.is_candidate_error(error):
            return self.failed(error)
        if isinstance(error, (OSError, AssertionError)):
            raise error
        return self._refused("the value is not plain data: %s" % type(error).__name__)

    def _refused(self, words):
        return Verdict("failed_assertion", self.feedback.verifier_said(words))

    def _verify(self, plain):
        # From here on nothing of the candidate is read: whoever ends this process now is the verifier.
        self._on_test(0, in_verifier=True)
        reference = json.loads(self.template.reference) if self.template.reference else None
        try:
            space = {"__name__": "verifier"}
            exec(self.template.code, space)
            if "verify" not in space:
                raise RefusedError(_FIELD, "must define verify(value, reference)")
            feedback = space["verify"](plain, reference)
        except (MemoryError, RefusedError):
            raise
        except BaseException as error:
            raise RefusedError(_FIELD, self._traceback(error), failed=True) from None
        if feedback is not None and type(feedback) is not str:
            raise RefusedError(_FIELD, "must return None or a str, got %s" % type(feedback).__name__, failed=True)
        return feedback

    def _traceback(self, error):
        """The interpreter's text, with the verifier's own frames only."""
        lines = self.template.source.split("\n")
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _FILE]
        places = [(frame.lineno, frame.name, "".join(lines[frame.lineno - 1 : frame.lineno]).strip()) for frame in frames[-16:]]
        shown = ['  File "%s", line %d, in %s\n    %s\n' % (_FILE, *place) for place in places]
        final = "".join(traceback.format_exception_only(type(error), error))
        return ("must not raise:\n%s%s" % ("".join(shown), final)).rstrip()[:_MAX_DESCRIPTION]


def _as_data(value, fields):
    return {"class": type.__dict__["__name__"].__get__(type(value)) if not issubclass(type(value), type) else "type",
            "fields": fields()}


make_template = VerifierTemplate
make_judge = VerifierJudge
