"""Textual feedback in the paper's form: what a traceback of prompt + solution + tests run as one file ``<string>`` shows.

Frames are separated by a blank line, none stands before the exception line; there are no carets, causes or suggestions that
need a traceback, and no frame of any other file.
"""
from .exceptions import PROGRAM_FILE

HEADER = "Traceback (most recent call last):\n"
MAX_FEEDBACK = 1 << 18
_REPEATS_SHOWN = 3


def format_feedback(frames, final, lines):
    """``frames``: (line, name), outermost first; ``final``: the exception lines; ``lines``: the program's text by line."""
    pieces = []
    last, count = None, 0
    for frame in frames:
        if frame != last:
            _add_repeats(pieces, count)
            last, count = frame, 0
        count += 1
        if count <= _REPEATS_SHOWN:
            pieces.append(_frame(frame, lines))
    _add_repeats(pieces, count)
    return (HEADER + "\n".join(pieces) + final)[:MAX_FEEDBACK]


def _frame(frame, lines):
    number, name = frame
    text = '  File "%s", line %d, in %s\n' % (PROGRAM_FILE, number, name)
    source = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return text + "    %s\n" % source if source else text


def _add_repeats(pieces, count):
    more = count - _REPEATS_SHOWN
    if more > 0:
        pieces.append("  [Previous line repeated %d more time%s]\n" % (more, "s" if more > 1 else ""))
