"""How a program ended, as the judge tells the supervisor."""


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
        return {"outcome": self.outcome, "feedback": self.feedback, "exceptionType": self.exception_type,
                "failedTestIndex": self.test_index}
