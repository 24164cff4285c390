"""Errors of the two-process protocol; none of them ever means that the program is right."""


class ProtocolError(Exception):
    """The other side sent something that the protocol does not allow: the outcome is tampering."""


class TooLargeError(Exception):
    """A message is beyond the byte, depth or count caps: the outcome is memory_exceeded."""


class TooDeepError(TooLargeError):
    """A value is nested too deeply to travel: the judge sees a RecursionError."""


class PeerGoneError(Exception):
    """The other side closed the channel before it answered."""


class RefusedError(Exception):
    """The caller's own part of a program cannot be used: no verdict, and nothing said of the solution.

    ``field``: path within the program, e.g. ``verifier.verifier``; ``description``: what it must be and what is wrong.
    ``failed``: whether the code there compiled and broke only when it ran.
    """

    def __init__(self, field, description, failed=False):
        super().__init__("%s %s" % (field, description))
        self.field = field
        self.description = description
        self.failed = failed

    def as_json(self):
        return {"field": self.field, "description": self.description, "failed": self.failed}


def is_refusal(message):
    """Whether ``message`` has the form that ``RefusedError.as_json`` gives."""
    return (type(message) is dict and message.keys() == {"field", "description", "failed"}
            and type(message["field"]) is str and type(message["description"]) is str and type(message["failed"]) is bool)
