"""Feedback cut by what its stretches tell, so that a model can be shown some of it."""

CHANNELS = frozenset(("traceback", "exception", "input", "expected_got"))


class Parted(str):
    """A text that knows its parts: ``parts``, a list of ``{"channel", "text"}`` whose texts joined are it."""

    def __new__(cls, parts):
        """``parts``: (channel, text) pairs; empty texts are left out."""
        told = [{"channel": channel, "text": text} for channel, text in parts if text]
        made = super().__new__(cls, "".join(part["text"] for part in told))
        made.parts = told
        return made


def parts_of(feedback):
    """The parts of a text, none of one that was not cut."""
    return feedback.parts if isinstance(feedback, Parted) else []


def are_parts(value, feedback):
    """Whether ``value`` has the form that ``parts_of`` gives for ``feedback``."""
    return (
        type(value) is list
        and all(
            type(part) is dict and part.keys() == {"channel", "text"} and type(part["text"]) is str
            and type(part["channel"]) is str and part["channel"] in CHANNELS
            for part in value
        )
        and "".join(part["text"] for part in value) == feedback
    )
