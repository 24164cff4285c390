"""Textual feedback: what the owner of a failed program is told of its end, in the style and within the bounds that were asked for.

docs/feedback.md is the contract of both styles.
"""
from .always import AlwaysFeedback
from .canonical import DEFAULT_TOKENS, CanonicalFeedback
from .layout import SETUP, Layout
from .leti import LetiFeedback

__all__ = ["SETUP", "end_feedback", "make_feedback", "tells_values"]

ENDINGS = frozenset(("process timeout", "memory limit exceeded", "output limit exceeded", "process limit exceeded", "early exit",
                     "protocol violation"))
"""Ends without an exception."""


def make_feedback(program, options):
    """The writer of one program's feedback.

    ``program`` has ``prompt``, ``solution``, ``setup`` and ``tests``, and ``cases``, the number of its test cases where they are no
    Python; ``options``: ``style``, ``visibleTests``, ``maxTokens`` and ``values``, each of which may be missing. What fails on a
    candidate's value is an empty text.
    """
    options = options or {}
    layout = Layout(program.prompt, program.solution, program.setup, program.tests, program.cases, options.get("visibleTests"))
    return AlwaysFeedback(_writer(layout, options))


def end_feedback(program, feedback, running):
    """The feedback of a program, as the supervisor has it, that ended with ``feedback``, a judge's text or an ending's name."""
    options = program.get("feedback") or {}
    if feedback not in ENDINGS or options.get("style") != "canonical_v1":
        return feedback
    cases = len((program.get("judge") or {}).get("cases", ()))
    texts = (program["prompt"], program["solution"], program["testSetupCode"], program["tests"])
    return _writer(Layout(*texts, cases, options.get("visibleTests")), options).ended(feedback, running)


def _writer(layout, options):
    if options.get("style") == "canonical_v1":
        return CanonicalFeedback(layout, options.get("maxTokens") or DEFAULT_TOKENS, tells_values(options))
    return LetiFeedback(layout)


def tells_values(options):
    """Whether feedback with ``options`` tells what failed assertions compared."""
    return options is not None and options.get("style") == "canonical_v1" and bool(options.get("values"))
