"""What feedback tells of an exception out of a hidden test's run: where in the solution, and no value that the test brought along.

A solution chooses its own messages, and most of the interpreter's quote a value: either could carry a hidden input out. What is
left is a place in the solution's text, a class that the text names, and one of a few messages that hold no value.
"""
import builtins
import re

_BUILT_IN = frozenset(name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException))
_TYPE = (r"(?:int|str|float|list|tuple|dict|set|frozenset|bool|bytes|complex|range|NoneType|function|builtin_function_or_method|type|"
         r"generator|map|filter|zip|enumerate|reversed|method|module|slice)")
_OPERATOR = r"(?:[-+*/%@&|^<>]=?|\*\*|//|<<|>>|\*\*=|//=|<<=|>>=|\*\* or pow\(\)|divmod\(\))"
_VALUE_FREE = re.compile("|".join((
    r"(?:list|tuple|string|range object|deque|bytearray|array|pop|list assignment|array assignment) index out of range",
    r"pop from (?:an )?empty (?:list|set|deque)|pop from an empty deque",
    r"(?:integer |float |complex )?(?:division|floor division|modulo|division or modulo) by zero|float (?:modulo|divmod\(\))",
    r"maximum recursion depth exceeded(?: [a-zA-Z ]+)?",
    r"math domain error|math range error|substring not found|list\.remove\(x\): x not in list|generator raised StopIteration",
    r"(?:max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)",
    r"'%s' object is not (?:subscriptable|iterable|callable|an iterator)" % _TYPE,
    r"'%s' object cannot be interpreted as an integer" % _TYPE,
    r"'%s' object does not support item (?:assignment|deletion)" % _TYPE,
    r"'%s' object doesn't support item deletion" % _TYPE,
    r"argument of type '%s' is not iterable" % _TYPE,
    r"object of type '%s' has no len\(\)" % _TYPE,
    r"unhashable type: '%s'" % _TYPE,
    r"cannot unpack non-iterable %s object" % _TYPE,
    r"unsupported operand type\(s\) for %s: '%s' and '%s'" % (_OPERATOR, _TYPE, _TYPE),
    r"'(?:[<>]=?)' not supported between instances of '%s' and '%s'" % (_TYPE, _TYPE),
    r"bad operand type for (?:unary [-+~]|abs\(\)): '%s'" % _TYPE,
    r'can only concatenate %s \(not "%s"\) to %s' % (_TYPE, _TYPE, _TYPE),
    r"can't multiply sequence by non-int of type '%s'" % _TYPE,
    r"(?:list|tuple|string) indices must be integers(?: or slices)?(?:, not '?%s'?)?" % _TYPE,
    r"dictionary changed size during iteration|Set changed size during iteration|string index out of range",
)))


def hidden_final(name, final, source):
    """The exception line for class ``name``, of which the interpreter would have said ``final``."""
    if name not in _BUILT_IN and not (name.isidentifier() and re.search(r"\b%s\b" % re.escape(name), source)):
        name = "Exception"
    message = final[len(name) + 2 :].rstrip("\n") if final.startswith(name + ": ") else ""
    return "%s: %s\n" % (name, message) if _VALUE_FREE.fullmatch(message) else name + "\n"


def hidden_frames(frames, places):
    """The frames at ``places`` of the solution's text; of many equal ones two, for a depth of recursion could be an input."""
    return [(line, name, min(count, 2)) for line, name, count in frames if (line, name) in places]
