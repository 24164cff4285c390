"""Writes the feedback sections of feedback/*.txt: what the published LETI code shows for prompt + solution + tests.

A plain re-statement of its rules (one process, one file ``<string>``, no indentation, no tracing): frames before the first one
in ``<string>`` dropped and, unlike there, all frames of other files too; ``\\n`` between frames; the exception's own lines
without traceback. Run: ``python3 test/programs/make_feedback.py`` (Python 3.11 made what is committed).
"""
import pathlib
import signal
import sys
import traceback

FOLDER = pathlib.Path(__file__).parent / "feedback"
SECONDS = 2


def sections(text):
    """``[(title, body)]`` of a case file; a body keeps its own line ends but the last."""
    found = []
    for block in text.split("--- ")[1:]:
        title, _, body = block.partition("\n")
        found.append((title, body[:-1]))
    return found


def program_text(parts):
    one = dict(parts)
    tests = [body for title, body in parts if title == "test"]
    setup = one.get("setup", "")
    return one.get("prompt", "") + one["solution"] + "\n" + (setup + "\n" if setup else "") + "\n".join(tests)


class TimeIsUp(BaseException):
    """Not an Exception, so that no program catches it by chance."""


def time_is_up(*_):
    raise TimeIsUp


def reference_feedback(text):
    lines = text.split("\n")
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        exec(compile(text, "<string>", "exec", dont_inherit=True), {})
        return ""
    except TimeIsUp:
        return "process timeout"
    except Exception:
        kind, error, trace = sys.exc_info()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    frames = [frame for frame in traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False)
              if frame.filename == "<string>"]
    for frame in frames:
        frame._line = lines[frame.lineno - 1] if frame.lineno <= len(lines) else ""
    if issubclass(kind, SyntaxError):
        error.offset = None
    final = traceback.TracebackException(kind, error, None, lookup_lines=False).format_exception_only()
    stack = traceback.StackSummary.from_list(frames)
    return "Traceback (most recent call last):\n" + "\n".join(stack.format()) + "\n".join(final)


def main():
    # The depth that a program has when it is run as a file.
    sys.setrecursionlimit(1000 + 3)
    signal.signal(signal.SIGALRM, time_is_up)
    for path in sorted(FOLDER.glob("*.txt")):
        with open(path, newline="") as file:
            parts = [(title, body) for title, body in sections(file.read()) if title != "feedback"]
        feedback = reference_feedback(program_text(parts))
        text = "".join("--- %s\n%s\n" % part for part in [*parts, ("feedback", feedback)])
        with open(path, "w", newline="") as file:
            file.write(text)
        print(path.name, feedback.strip().split("\n")[-1])


if __name__ == "__main__":
    main()
