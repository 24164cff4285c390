"""What of an exception crosses the channel: class, arguments, final lines, and the frames in the program's text."""
import os
import traceback

_LIBRARY = os.path.dirname(os.__file__) + os.sep

MAX_TEXT = 1 << 16
MAX_FRAMES = 4000
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
        lines = traceback.TracebackException(kind, error, None, lookup_lines=False).format_exception_only()
        # An ImportError names the file it looked into: the machine's own folders are no business of the text.
        return "\n".join(lines).replace(_LIBRARY, "")[:MAX_TEXT]
    except Exception:
        return "%s\n" % kind.__name__


def program_frames(trace):
    """``(line, name)`` of the frames in the program's text, outermost first."""
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == PROGRAM_FILE and len(frames) < MAX_FRAMES:
            frames.append((trace.tb_lineno or 0, code.co_name))
        trace = trace.tb_next
    return frames
