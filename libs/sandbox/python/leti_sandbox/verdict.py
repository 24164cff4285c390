"""How a program ended, as the judge tells the supervisor."""
from .feedback_parts import are_parts, parts_of


class Verdict(BaseException):
    """Ends judging at once. Not an Exception, and recorded when made: no test can swallow it."""

    last = None

    def __init__(self, outcome, feedback="", exception_type="", error=None):
        """``error``: the exception that ended the program, where its feedback is still to be written."""
        super().__init__(outcome)
        self.outcome = outcome
        self.feedback = feedback
        self.exception_type = exception_type
        self.error = error
        self.test_index = None
        if Verdict.last is None:
            Verdict.last = self

    def as_json(self):
        told = {"outcome": self.outcome, "feedback": self.feedback, "exceptionType": self.exception_type,
                "failedTestIndex": self.test_index}
        parts = parts_of(self.feedback)
        return {**told, "feedbackParts": parts} if parts else told


CANDIDATE_GONE = "candidate_gone"
"""Stands for an outcome where the judge found the candidate gone: why, the supervisor knows."""

_OUTCOMES = frozenset((
    CANDIDATE_GONE, "passed", "failed_assertion", "exception", "syntax_error", "cpu_timeout", "wall_timeout", "memory_exceeded",
    "output_exceeded", "process_limit", "early_exit", "tampering",
))
_MOST_INDEX = 1 << 20


def is_verdict(message):
    """Whether ``message`` has the form that ``as_json`` gives."""
    return (
        type(message) is dict and message.keys() - {"feedbackParts"} == {"outcome", "feedback", "exceptionType", "failedTestIndex"}
        and type(message["outcome"]) is str and message["outcome"] in _OUTCOMES
        and type(message["feedback"]) is str and type(message["exceptionType"]) is str
        and (message["failedTestIndex"] is None or is_index(message["failedTestIndex"]))
        and ("feedbackParts" not in message or are_parts(message["feedbackParts"], message["feedback"]))
    )


def is_index(value):
    """Whether ``value`` may be the index of a test."""
    return type(value) is int and 0 <= value < _MOST_INDEX
