"""The canonical style, version 1: the same text on every machine and on Python 3.9 to 3.13.

Frames of the solution alone, by the statement's first line, counted from the solution's own first line; tests by their number and
statement; deep recursion and long texts elided; messages in one wording. docs/feedback.md is the contract.
"""
from functools import cached_property

from ..feedback_parts import Parted
from .conceal import hidden_final, hidden_frames
from .layout import SETUP
from .logical_lines import LogicalLines
from .messages import canonical_final
from .syntax_errors import syntax_error
from .tokens import MARK, count_tokens, shorten
from .value_text import value_text

DEFAULT_TOKENS = 512
_HEADER = "Traceback (most recent call last):\n"
_INLINED = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>"))
"""Functions that versions from 3.12 do not have."""
_ENDS_SHOWN = 5
_LINES_SHOWN = 40
_FEW = 16
_LONGEST = 1 << 14
_CHANNEL_OF = {"Call": "input", "Input": "input"}
"""Of labels; the others tell what was expected and what came."""


class CanonicalFeedback:
    """Writes one program's feedback; the methods are LetiFeedback's. ``values``: whether it tells expected and actual values."""

    def __init__(self, layout, max_tokens=DEFAULT_TOKENS, values=False):
        self.layout = layout
        self.budget = max_tokens
        self.values = values

    @cached_property
    def _source(self):
        return LogicalLines(self.layout.source)

    def raised(self, frames, final, name, running, values=None):
        """Of an exception. ``values``: (label, text) pairs of what a failed assertion compared."""
        parts = [self.layout.part_of(line) for line, _, _ in frames]
        hidden = self.layout.hides(running) or any(map(self.layout.hides, parts))
        if hidden:
            frames, values = hidden_frames(frames, self.layout.places), None
            final = hidden_final(name, final, self.layout.source)
        # What runs a text of its own, by eval say, has a <module> that is not the solution's: that one comes first.
        inner = [frame for frame in frames[1:] if frame[1] != "<module>" or self.layout.part_of(frame[0]) is not None]
        places = list(filter(None, (self._place(*frame) for frame in [*frames[:1], *inner])))
        blocks = self._blocks(_joined(places), endless=name == "RecursionError", numbered=not hidden)
        if running is not None and (hidden or all(part is None for part in parts)):
            blocks.insert(0, _test_name(running))
        return self._fit(_HEADER, blocks, canonical_final(final), values if self.values else None)

    def invalid(self, trace):
        """Of text that does not compile: of the solution with its prompt, whatever tests follow."""
        try:
            compile(self.layout.source, "<string>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError) as error:
            found, lines = syntax_error(self.layout.source, error)
            block = self._head(found.line) + "\n" + self._source_line(lines.statement(found.line))
            return self._fit("", [block], "%s: %s\n" % (found.kind, found.message)), type(error).__name__
        except Exception as error:
            return self._fit("", [], type(error).__name__ + "\n"), type(error).__name__
        if trace is None:
            return Parted([("exception", "invalid test\n")]), "SyntaxError"
        return self._fit("", [], canonical_final(trace.final)), trace.name

    def wrong_value(self, expression, expected, got, running=0):
        """Of a value that is not the expected one."""
        values = [("Expected", value_text(expected)), ("Got", value_text(got))]
        frames = [(self.layout.first_line_of(running), "<module>", 1)]
        return self.raised(frames, "AssertionError\n", "AssertionError", running, values)

    def wrong_stdout(self, running, stdin, expected, got):
        """Of text on stdout that is not the expected one; equal lines at the start of both are left out."""
        if self.layout.hides(running) or not self.values:
            return self._fit("", [_test_name(running)], "wrong output\n")
        wanted, found, equal = expected[:_LONGEST].split("\n"), got[:_LONGEST].split("\n"), 0
        while equal < min(len(wanted), len(found)) and wanted[equal] == found[equal]:
            equal += 1
        texts = [("Input", stdin[:_LONGEST]), ("Expected", _from_line(wanted, equal)), ("Got", _from_line(found, equal))]
        return self._fit("", [_test_name(running)], "wrong output\n", [(label, "\n" + text) for label, text in texts])

    def verifier_said(self, text, running=0):
        """Of a value that a verifier refuses: the verifier's words."""
        return self._fit("", [], "verification failed\n" if self.layout.hides(running) else text.rstrip("\n") + "\n")

    def no_match(self, expected, answer):
        """Of an answer that is none of the expected texts; None where the solution has no answer."""
        values = [("Expected", " or ".join(expected)), ("Got", answer)] if answer is not None else [("Expected", " or ".join(expected))]
        if self.layout.hides(0) or not self.values:
            values = None
        return self._fit("", [], "no answer\n" if answer is None else "wrong answer\n", values)

    def ended(self, reason, running):
        """Of an end without an exception: the reason, under the test that was running."""
        blocks = []
        if running is not None:
            hidden = self.layout.hides(running) or running == SETUP or running >= len(self.layout.tests)
            blocks = [_test_name(running) + ("" if hidden else self._source_line(" ".join(self.layout.tests[running].split())))]
        return self._fit("", blocks, reason + "\n")

    # Frames ------------------------------------------------------------------------------------------------------

    def _place(self, line, name, count):
        """``(text of the frame, count)``, or None for a frame that is not shown."""
        part = self.layout.part_of(line)
        if part is None:
            if name in _INLINED or (line, name) not in self.layout.places:
                return None
            first = self._source.first_line(line)
            return "%s, in %s\n%s" % (self._head(first), shorten(name, _FEW), self._source_line(self._source.statement(first))), count
        if name in _INLINED:
            return None
        text = self.layout.setup if part == SETUP else self.layout.tests[part]
        lines = LogicalLines(text)
        first = lines.first_line(line - self.layout.first_line_of(part) + 1)
        if not 0 < first <= len(lines.lines):
            return None
        function = "" if name == "<module>" else ", in " + shorten(name, _FEW)
        return _test_name(part).rstrip("\n") + function + "\n" + self._source_line(lines.statement(first)), count

    def _head(self, line):
        if line < self.layout.solution_line:
            return '  File "prompt", line %d' % line
        return '  File "solution", line %d' % (line - self.layout.solution_line + 1)

    def _source_line(self, statement):
        return "    " + self._shortened(statement, 8) if statement else ""

    @staticmethod
    def _blocks(places, endless, numbered):
        """Texts of frames and of what is left out between them."""
        blocks, seen = [], set()
        for index, (text, count) in enumerate(places):
            if endless and text in seen:
                # Where in the circle the interpreter gave up is its own affair.
                return [*blocks, "  %s and so on %s\n" % (MARK, MARK)]
            seen.add(text)
            blocks.append(text)
            if endless and count > 1:
                return [*blocks, "  %s and so on %s\n" % (MARK, MARK)]
            if not endless and len(places) > 2 * _ENDS_SHOWN and index == _ENDS_SHOWN - 1:
                left = sum(count for _, count in places[_ENDS_SHOWN:-_ENDS_SHOWN]) + count - 1
                middle = "  %s %d frames %s\n" % (MARK, left, MARK) if numbered else "  %s frames %s\n" % (MARK, MARK)
                return [*blocks, middle, *CanonicalFeedback._blocks(places[-_ENDS_SHOWN:], endless, numbered)]
            if count > 1:
                number = " %d more times" % (count - 1) if numbered else ""
                blocks.append("  %s repeated%s %s\n" % (MARK, number if count != 2 or not numbered else " once more", MARK))
        return blocks

    # Length ------------------------------------------------------------------------------------------------------

    def _fit(self, header, blocks, final, values=None):
        """The text within the budget: long lines lose their middle, then frames in the middle go; the exception's line goes last."""
        final = self._shortened(final, 3)
        told = [
            (_CHANNEL_OF.get(label, "expected_got"), self._shortened("%s:%s%s" % (label, "" if text.startswith("\n") else " ", text), 6))
            for label, text in values or ()
        ]
        end = final + "".join(text for _, text in told)
        first, last = blocks[: (len(blocks) + 1) // 2], blocks[(len(blocks) + 1) // 2 :]
        frames = header + "".join(blocks)
        while count_tokens(frames + end) > self.budget and (first or last):
            (last.pop(0) if len(last) >= len(first) else first.pop())
            frames = header + "".join(first) + "  %s frames %s\n" % (MARK, MARK) + "".join(last)
        if count_tokens(frames + end) > self.budget:
            frames = ""
        if count_tokens(frames + end) > self.budget:
            return Parted([("exception", shorten(end.rstrip("\n"), self.budget))])
        return Parted([("traceback", frames), ("exception", final), *told])

    def _shortened(self, text, share):
        """A line's end after ``text``, which has at most a ``share``-th of the budget, or what few tokens any text should have."""
        return shorten(text.rstrip("\n"), max(_FEW, self.budget // share)) + "\n"


def _joined(places):
    """Places with neighbours of the same text counted as one."""
    found = []
    for text, count in places:
        if found and found[-1][0] == text:
            found[-1] = (text, found[-1][1] + count)
        else:
            found.append((text, count))
    return found


def _test_name(part):
    return "  Set-up code\n" if part == SETUP else "  Test %d\n" % (part + 1)


def _from_line(lines, first):
    """The lines from number ``first`` (from 0) on, with a word on those before it."""
    before = ["%s %d equal lines %s" % (MARK, first, MARK)] if first > 1 else lines[:first]
    return "\n".join(before + lines[first : first + _LINES_SHOWN])
