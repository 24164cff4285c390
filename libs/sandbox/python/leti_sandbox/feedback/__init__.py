"""Textual feedback: what the owner of a failed program is told of its end, in the style and within the bounds that were asked for.

docs/feedback.md is the contract of both styles.
"""
from .layout import SETUP, Layout
from .leti import LetiFeedback

__all__ = ["SETUP", "make_feedback"]


def make_feedback(program, options):
    """The writer of one program's feedback.

    ``program`` has ``prompt``, ``solution``, ``setup`` and ``tests``, and ``cases``, the number of its test cases where they are no
    Python; ``options``: ``style``, ``visibleTests``, ``maxTokens`` and ``values``, each of which may be missing.
    """
    options = options or {}
    return LetiFeedback(Layout(program, options.get("visibleTests")))
