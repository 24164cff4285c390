"""The paper's style: what a traceback of prompt + solution + tests run as one file ``<string>`` shows.

Frames are separated by a blank line, none stands before the exception line; there are no carets, causes or suggestions that
need a traceback, and no frame of any other file.
"""
from ..exceptions import PROGRAM_FILE, final_lines
from .conceal import hidden_final, hidden_frames

HEADER = "Traceback (most recent call last):\n"
MAX_FEEDBACK = 1 << 18
_REPEATS_SHOWN = 3
_ENDS_SHOWN = 5
"""Frames at either end of a longer traceback out of a hidden test."""


class LetiFeedback:
    """Writes one program's feedback. ``running``: None for the solution itself, SETUP, or the index of the test."""

    def __init__(self, layout):
        self.layout = layout

    def raised(self, frames, final, name, running, values=None):
        """Of an exception: ``frames`` are (line, function, count), outermost first; ``final`` its own lines; ``name`` its class."""
        parts = [self.layout.part_of(line) for line, _, _ in frames]
        if self.layout.hides(running) or any(map(self.layout.hides, parts)):
            return self._raised_in_hidden(frames, final, name, running)
        return self._text([self._frame(*frame) for frame in frames], final)

    def invalid(self, trace):
        """Of text that does not compile, as a whole or else the solution alone, whose exception ``trace`` has (None: it compiles).

        Returns the text and the exception's class.
        """
        try:
            compile(self.layout.shown_text(), PROGRAM_FILE, "exec", dont_inherit=True)
        except Exception as error:
            return self._text([], final_lines(type(error), error)), type(error).__name__
        if trace is None:
            return "invalid test", "SyntaxError"
        return self._text([], trace.final), trace.name

    def wrong_value(self, expression, expected, got, running=0):
        """Of a value that is not the expected one; the paper shows the assertion."""
        line = self.layout.first_line_of(running)
        return self.raised([(line, "<module>", 1)], "AssertionError\n", "AssertionError", running)

    def wrong_stdout(self, running, stdin, expected, got):
        """Of text on stdout that is not the expected one."""
        return "wrong output"

    def verifier_said(self, text, running=0):
        """Of a value that a verifier refuses: the verifier's words."""
        return "verification failed" if self.layout.hides(running) else text[:MAX_FEEDBACK]

    def no_match(self, expected, answer):
        """Of an answer that is none of the expected texts; None where the solution has no answer."""
        return "wrong answer" if answer is not None else "no answer"

    def ended(self, reason, running):
        """Of an end without an exception."""
        return reason

    def _raised_in_hidden(self, frames, final, name, running):
        pieces = [self._frame(*frame) for frame in hidden_frames(frames, self.layout.places)]
        if len(pieces) > 2 * _ENDS_SHOWN:
            pieces[_ENDS_SHOWN:-_ENDS_SHOWN] = ["  [Frames left out]\n"]
        if running is not None and self.layout.first_line_of(running):
            pieces.insert(0, _head(self.layout.first_line_of(running), "<module>"))
        return self._text(pieces, hidden_final(name, final, self.layout.source))

    def _frame(self, line, name, count):
        source = self.layout.line_at(line)
        shown = [_head(line, name) + ("    %s\n" % source if source else "")] * min(count, _REPEATS_SHOWN)
        more = count - _REPEATS_SHOWN
        if more > 0:
            shown.append("  [Previous line repeated %d more time%s]\n" % (more, "s" if more > 1 else ""))
        return "\n".join(shown)

    @staticmethod
    def _text(pieces, final):
        return (HEADER + "\n".join(pieces) + final)[:MAX_FEEDBACK]


def _head(line, name):
    return '  File "%s", line %d, in %s\n' % (PROGRAM_FILE, line, name)
