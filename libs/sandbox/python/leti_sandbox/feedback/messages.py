"""One wording for the messages of exceptions that differ between Python 3.9 and 3.13, between machines, or between runs."""
import ast
import re

from .syntax_errors import message_class

_LONGEST = 1 << 13
_LONGEST_SET, _MOST_SETS = 1 << 11, 32

_NAMES = {"re.PatternError": "re.error", "sre_constants.error": "re.error", "PatternError": "re.error"}

_FREE_VARIABLE = re.compile(r": (?:cannot access )?free variable '\w+' (?:referenced|where)")
"""Of a comprehension, which versions from 3.12 give no scope of its own, they say that a local variable has no value."""
_SUGGESTION = re.compile(r"\.? (?:Did you mean:? .{1,300}\?|Or did you forget to import .{1,300}\?)$|\. Did you forget to import '.{1,300}'\??$")
# From a path's own beginning, so that a message of many slashes is looked through once.
_PATHS = re.compile(r"(?:(?<=[\s'\":,()])|^)/[^\s'\":,()]*/(?:lib(?:64)?/python3\.\d+|leti-sandbox-\w+/scratch/program)/", re.MULTILINE)
_ADDRESS = re.compile(r"\b(at|object|id) 0x[0-9a-fA-F]+")
_BLANK_LINES = re.compile(r"\n\s*\n")
_UNPRINTABLE = re.compile(r"^<unprintable \w+ object>$")
_UNKNOWN_LOCATION = re.compile(r"(cannot import name '.{1,200}' from '.{1,200}') \(.*\)$")


def _rules(*pairs):
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


_CALLS = _rules(
    # Versions from 3.10 qualify the function.
    (r"^(?:[\w<>]+\.)+(\w+\(\) (?:takes|missing|got|expected|keywords|argument|requires|needs))", r"\1"),
    (r"^'(\w+)' is an invalid keyword argument for (\w+)\(\)$", r"\2() got an unexpected keyword argument '\1'"),
    (r"^(\w+\(\) takes (?:exactly one argument|no arguments|no keyword arguments|at (?:least|most) \w+ arguments?)).*$", r"\1"),
)
_BY_CLASS = {
    "UnboundLocalError": _rules(
        (r"^local variable '(\w+)' referenced before assignment$",
         r"cannot access local variable '\1' where it is not associated with a value"),
        (r"^(?:cannot access )?free variable '(\w+)' .*$", r"cannot access local variable '\1' where it is not associated with a value"),
    ),
    "TypeError": _CALLS + _rules(
        (r"^((?:int|float|complex)\(\)) (?:first )?argument must be a string.* not '?(\w+)'?$", r"\1 argument must be a string or a number, not '\2'"),
        (r"^can't convert complex to (int|float)$", r"\1() argument must be a string or a number, not 'complex'"),
        (r"^(%\w format: a) number is required, not (\w+)$", r"\1 real number is required, not \2"),
        (r"^string indices must be integers(?:, not '.{1,200}')?$", "string indices must be integers"),
        (r"^type '(\w+)' is not subscriptable$", "'type' object is not subscriptable"),
        (r"^(is(?:instance|subclass)\(\) arg 2 must be a (?:type|class)).*$", r"\1 or a tuple of them"),
        (r"^(Can't instantiate abstract class \w+) with(?:out an implementation for)? abstract methods? (.*)$",
         lambda found: "%s with abstract methods %s" % (found.group(1), found.group(2).replace("'", ""))),
        (r"^(expected string or bytes-like object), got .*$", r"\1"),
        (r"^(\w+\(\) argument) (?:\d+|'\w+') (must be )", r"\1 \2"),
        (r"^(.{1,200} must be .{1,200}, not None)Type$", r"\1"),
        (r"^Attempted to reuse key: ('\w+')$", r"\1 already defined"),
        (r"^('\w+' already defined) as .*$", r"\1"),
        (r"^factorial\(\) only accepts integral values$", "'float' object cannot be interpreted as an integer"),
        (r"^unsupported operand type\(s\) for (?:\*\* or pow|pow)\(\):", "unsupported operand type(s) for ** or pow():"),
        (r"^(?:list|tuple|set|dict|str|bytes)\.(\w+\(\)) ", r"\1 "),
        (r"^(sum\(\) can't sum strings).*$", r"\1"),
        (r"^object of type '(.+)' has no len\(\)$", r"object of type '\1' has no len()"),
    ),
    "AttributeError": _rules(
        (r"^can't set attribute(?: '(\w+)')?$", "can't set attribute"),
        (r"^property (?:'\w+' )?of '.+' object has no (?:setter|deleter)$", "can't set attribute"),
        (r"^('.+' object has no attribute '\w+') and no __dict__ for setting new attributes$", r"\1"),
        (r"^(module '.+' has no attribute '\w+').*$", r"\1"),
        (r"^partially initialized (module '.+' has no attribute '\w+').*$", r"\1"),
    ),
    "ValueError": _rules(
        (r"^(?:max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)$", "empty argument of max() or min()"),
        (r"^Exceeds the limit \(\d+(?: digits)?\) for integer string conversion.*$", "integer has too many digits for conversion to or from a string"),
        (r"^empty range for randrange\(\).*$|^empty range for randrange\(.*\)$|^empty range in randrange\(.*$|^empty range for randint\(.*$", "empty range for randrange()"),
        (r"^Invalid format specifier.*$", "Invalid format specifier"),
        (r"^(?:expected a (?:non)?(?:negative|positive) input, got .*|expected a number in range .*)$", "math domain error"),
        (r"^(not enough values to unpack|too many values to unpack) \(expected (?:at least )?(\d+).*\)$", r"\1 (expected \2)"),
        (r"^source code string cannot contain null bytes$", "source code cannot contain null bytes"),
        (r"^n must be a non-negative integer$|^factorial\(\) not defined for negative values$", "factorial() not defined for negative values"),
    ),
    "ZeroDivisionError": _rules(
        (r"^(?:integer |float |complex )?(?:division|floor division|modulo|division or modulo|divmod\(\)|modulo by zero).*$", "division by zero"),
        (r"^float (?:modulo|divmod\(\)).*$", "division by zero"),
        (r"^(?:Fraction\(-?\d+, 0\)|0\.0 cannot be raised to a negative power|zero to a negative power)$", r"division by zero"),
        (r"^0\.0 cannot be raised.*$", "division by zero"),
    ),
    "RecursionError": _rules((r"^maximum recursion depth exceeded.*$", "maximum recursion depth exceeded")),
    "OverflowError": _rules(
        (r"^(?:int|Python int) too large to convert to (?:C .+|float)$", "int too large to convert"),
        (r"^(?:cannot fit 'int' into an index-sized integer)$", "int too large to convert"),
        (r"^\(34, '(?:Numerical result out of range|Result too large)'\)$", "result too large"),
    ),
}


def canonical_final(final):
    """The exception's own line or lines, from those that the interpreter ends a traceback with."""
    final = final[:_LONGEST]
    head = re.search(r"(?:\A|\n)((?:[^\W\d][\w]*|<locals>)(?:\.(?:\w+|<locals>))*)(?:: |\n|\Z)", final)
    if head is None:
        return final.rstrip("\n") + "\n"
    if head.start(1) > 0 and not final.startswith('  File "'):
        return final.rstrip("\n") + "\n"
    name = _NAMES.get(head.group(1), head.group(1))
    if name == "NameError" and _FREE_VARIABLE.match(final, head.end(1)):
        name = "UnboundLocalError"
    message = final[head.end(1) :]
    message = canonical_message(name, message[2:].rstrip("\n")) if message.startswith(": ") else ""
    return "%s: %s\n" % (name, message) if message else name + "\n"


def canonical_message(name, message):
    """The message of an exception of class ``name`` in canonical wording."""
    if name in ("SyntaxError", "IndentationError", "TabError"):
        return message_class(re.sub(r" \(<string>, line \d+\)$", "", message))
    message = _UNPRINTABLE.sub("<exception str() failed>", _SUGGESTION.sub("", message))
    for pattern, replacement in _BY_CLASS.get(name, ()):
        message = pattern.sub(replacement, message)
    message = _UNKNOWN_LOCATION.sub(r"\1", message)
    message = _PATHS.sub("", message)
    message = _ADDRESS.sub(r"\1 0x...", message)
    return sort_sets(_BLANK_LINES.sub("\n", message))


def sort_sets(text):
    """``text`` with the sets that it shows in order: theirs is that of hashes."""
    pieces, at = [], 0
    for _ in range(_MOST_SETS):
        start = text.find("{", at)
        if start < 0:
            break
        pieces.append(text[at:start])
        end = _closing(text, start)
        shown = None if end < 0 else _sorted_set(text[start:end])
        pieces.append("{" if shown is None else shown)
        at = start + 1 if shown is None else end
    return "".join(pieces) + text[at:]


def _closing(text, start):
    """The place after the brace that closes the one at ``start``; -1 when there is none near."""
    depth, quote, at, last = 0, None, start, min(len(text), start + _LONGEST_SET)
    while at < last:
        character = text[at]
        if quote is not None:
            if character == "\\":
                at += 1
            elif character == quote:
                quote = None
        elif character in "'\"":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return -1


def _sorted_set(text):
    try:
        value = ast.literal_eval(text)
    except Exception:
        return None
    if type(value) is not set:
        return None
    return "{%s}" % ", ".join(sorted(map(repr, value)))
