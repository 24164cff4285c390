"""Which lines of a program's text which of its functions can fail in."""
import dis

from ..exceptions import PROGRAM_FILE


def places_of(source):
    """All ``(line, function's name)`` of ``source``; empty when it does not compile.

    Frames of other code under the same file name, e.g. of what the program executes from a string or a library makes for it, are
    nowhere in it, nor is what a program says of itself.
    """
    try:
        waiting = [compile(source, PROGRAM_FILE, "exec", dont_inherit=True)]
    except Exception:
        return frozenset()
    found = set()
    while waiting:
        code = waiting.pop()
        found.update((line, code.co_name) for _, line in dis.findlinestarts(code) if line)
        waiting.extend(value for value in code.co_consts if type(value) is type(code))
    return found
