"""How what a program wrote is compared with what it had to write: bytes only, in one pass, without a copy of either."""
import math
import re

_BLANK = b" \t\r\x0b\x0c"
_WORD = re.compile(rb"[^ \t\r\n\x0b\x0c]+")
_NUMBER = re.compile(rb"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MAX_NUMBER = 400


def same_exactly(expected, got, tolerance=None):
    """Byte for byte."""
    return expected == got


def same_lines(expected, got, tolerance=None):
    """Line by line, without white space at the lines' ends and without empty lines at the end."""
    if expected == got:
        return True
    wanted, found = _lines(expected), _lines(got)
    return all(line == next(found, None) for line in wanted) and next(found, None) is None


def same_words(expected, got, tolerance):
    """Word by word, numbers under ``tolerance``; a word with needless zeros before it is no number, nor any where equality is asked."""
    if expected == got:
        return True
    wanted, found = _WORD.finditer(expected), _WORD.finditer(got)
    for word in wanted:
        other = next(found, None)
        if other is None or not _same_word(word.group(), other.group(), tolerance):
            return False
    return next(found, None) is None


COMPARISONS = {"exact": same_exactly, "lines": same_lines, "words": same_words}
"""By the name that a program's rule has; each takes the expected bytes, those written, and a Tolerance."""


def _lines(text):
    """The lines of ``text`` up to the last that is not empty."""
    end = len(text)
    while end and text[end - 1] in b" \t\r\n\x0b\x0c":
        end -= 1
    at = 0
    while at < end:
        newline = text.find(b"\n", at, end)
        stop = end if newline < 0 else newline
        yield bytes(text[at:stop]).rstrip(_BLANK)
        at = stop + 1


def _same_word(expected, got, tolerance):
    if expected == got:
        return True
    if tolerance.exact:
        return False
    numbers = [_number(expected), _number(got)]
    return None not in numbers and tolerance.allows(*numbers)


def _number(word):
    if len(word) > _MAX_NUMBER or not _NUMBER.fullmatch(word):
        return None
    try:
        return int(word)
    except ValueError:
        number = float(word)
        # What is too large for a float would equal all else that is.
        return number if math.isfinite(number) else None
