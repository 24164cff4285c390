"""Tells what the interpreter says about programs, as LETI's textual feedback shows it.

Usage: python3 tracebacks.py < programs.json > tracebacks.json   (a list of sources in; text, or null on success, out)
"""

import json
import sys
import traceback


def traceback_of(source: str) -> str | None:
    """The traceback of a source that is trusted to end soon and harm nothing, or None if it runs through."""
    try:
        exec(compile(source, "<string>", "exec"), {})
    except Exception as error:
        lines = source.split("\n")
        if isinstance(error, SyntaxError):
            frames = [f'  File "<string>", line {error.lineno}\n\n    {lines[error.lineno - 1].strip()}\n\n']
        else:
            frames = [
                f'  File "<string>", line {frame.lineno}, in {frame.name}\n    {lines[frame.lineno - 1].strip()}\n'
                for frame in traceback.extract_tb(error.__traceback__)
                if frame.filename == "<string>"
            ]
        last = traceback.format_exception_only(type(error), error)[-1]
        return "Traceback (most recent call last):\n" + "\n".join(frames) + last
    return None


if __name__ == "__main__":
    json.dump([traceback_of(source) for source in json.load(sys.stdin)], sys.stdout)
