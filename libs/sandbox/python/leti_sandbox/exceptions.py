"""What of an exception crosses the channel: class, arguments, final lines, and the frames in the program's text."""
import os
import traceback

_LIBRARY = os.path.dirname(os.__file__) + os.sep

MAX_TEXT = 1 << 16
MAX_FRAMES = 4000
"""Runs of equal frames that are kept, half of them from either end."""
PROGRAM_FILE = "<string>"
"""File name that the program's code is compiled under."""


def instance_of(kind, args):
    """An exception of a class with the arguments, also where the class's own constructor refuses them."""
    try:
        return kind(*args)
    except Exception:
        error = kind.__new__(kind)
        error.args = args
        return error


def final_lines(kind, error):
    """``Type: message`` as the interpreter ends a traceback; the traceback itself is left out, as the paper's text does."""
    try:
        found = traceback.TracebackException(kind, error, None, lookup_lines=False)
        # A SyntaxError's caret needs it.
        found.offset = None
        lines = found.format_exception_only()
        # An ImportError names the file it looked into: the machine's own folders are no business of the text.
        return "\n".join(lines).replace(_LIBRARY, "")[:MAX_TEXT]
    except Exception:
        return "%s\n" % kind.__name__


def program_frames(trace):
    """``(line, name, count)`` of the frames in the program's text, outermost first; ``count`` of them are the same one after another."""
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == PROGRAM_FILE:
            place = (trace.tb_lineno or 0, code.co_name)
            if frames and frames[-1][:2] == place:
                frames[-1] = (*place, frames[-1][2] + 1)
            else:
                frames.append((*place, 1))
                if len(frames) > 2 * MAX_FRAMES:
                    del frames[MAX_FRAMES // 2 : -MAX_FRAMES // 2]
        trace = trace.tb_next
    if len(frames) > MAX_FRAMES:
        del frames[MAX_FRAMES // 2 : -MAX_FRAMES // 2]
    return frames
