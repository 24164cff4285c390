"""Errors of the two-process protocol; none of them ever means that the program is right."""


class ProtocolError(Exception):
    """The other side sent something that the protocol does not allow: the outcome is tampering."""


class TooLargeError(Exception):
    """A message is beyond the byte, depth or count caps: the outcome is memory_exceeded."""


class TooDeepError(TooLargeError):
    """A value is nested too deeply to travel: the judge sees a RecursionError."""


class PeerGoneError(Exception):
    """The other side closed the channel before it answered."""
