"""One wording and one line for text that is not Python, whatever the interpreter's version says of it."""
import re
from keyword import iskeyword

from .logical_lines import LogicalLines, TextError

_OTHER = "invalid syntax"
_KEPT = re.compile("|".join((
    r"'(?:return|yield|break|await|yield from|async with|async for)' outside .+", r"'continue' not properly in loop",
    r"nonlocal declaration not allowed at module level", r"no binding for nonlocal '\w+' found",
    r"name '\w+' is (?:used prior to|assigned to before|parameter and) (?:global|nonlocal)(?: declaration)?",
    r"name '\w+' is nonlocal and global", r"duplicate argument '\w+' in function definition",
    r"import \* only allowed at module level", r"from __future__ imports must occur at the beginning of the file",
    r"future feature \w+ is not defined", r"positional argument follows keyword argument(?: unpacking)?",
    r"cannot (?:assign to|delete) .+", r"default 'except:' must be last",
    r"\(unicode error\) .+", r"too many nested parentheses",
)))
_REWRITTEN = (
    (re.compile(r"(cannot (?:assign to|delete) [^.]+?) here\..*"), r"\1"),
    (re.compile(r"cannot assign to operator"), "cannot assign to expression"),
    (re.compile(r"cannot assign to Ellipsis"), "cannot assign to ellipsis"),
    (re.compile(r"(?:non-default argument follows default argument|parameter without a default follows parameter with a default)"),
     "parameter without a default follows parameter with a default"),
    (re.compile(r"two starred expressions in assignment"), "multiple starred expressions in assignment"),
    (re.compile(r"(\(unicode error\) '\w+' codec can't decode bytes?) [^:]*"), r"\1"),
)


def message_class(message):
    """The canonical wording of a SyntaxError's message: of what not all versions tell apart, that the syntax is invalid."""
    for pattern, replacement in _REWRITTEN:
        message, changed = pattern.subn(replacement, message)
        if changed:
            return message
    return message if _KEPT.fullmatch(message) else _OTHER


def syntax_error(source, error):
    """``(TextError, LogicalLines)`` of ``source``, of which the interpreter says ``error``.

    Brackets, quotes and characters come first, wherever they are in the text; then whichever of an indentation and the
    interpreter's own finding stands in the earlier statement.
    """
    lines = LogicalLines(source)
    if lines.lexical is not None:
        return lines.lexical, lines
    structural = lines.structural
    at = getattr(error, "lineno", None)
    if type(at) is not int or at < 1:
        at = 1
    at = lines.first_line(min(at, len(lines.lines)))
    if structural is not None and (structural.line <= at or isinstance(error, IndentationError)):
        return structural, lines
    message = getattr(error, "msg", None)
    if isinstance(error, IndentationError) and message == "unexpected indent":
        return TextError(at, message, "IndentationError"), lines
    message = message_class(message if type(message) is str else str(error))
    if message.startswith("cannot assign") and iskeyword(re.match(r"\w*", lines.statement(at)).group()):
        # Not every version gives a reason for the `=` in an `if`.
        message = _OTHER
    return TextError(at, message), lines
