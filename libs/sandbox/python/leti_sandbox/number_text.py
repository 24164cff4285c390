"""Numbers as people write them in an answer."""
import math
import re
from decimal import Decimal

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)\s?(?:[$€£¥]\s?)?(?P<late_sign>[+-]?)"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?P<rest>(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,4})?)\s?%?"
)
_MAX_LENGTH = 400


def number_from_text(text):
    """The number that ``text`` is as a whole, or None: an int when it is written like one, else a float.

    What is too large for a float is a Decimal, for it is finite: "1e999" equals 10**999, and no infinity.

    Signs, thousands separated by commas, one currency sign before and one per cent sign after it are understood: "-$1,800.50",
    "18.", ".5", "1e3". The per cent sign is a unit like the dollar: "12%" is 12.
    """
    if len(text) > _MAX_LENGTH:
        return None
    found = _NUMBER.fullmatch(text.strip())
    if found is None or (found["sign"] and found["late_sign"]):
        return None
    whole, rest = found["whole"].replace(",", ""), found["rest"]
    if not whole and not (rest[:1] == "." and rest[1:2].isdigit()):
        return None
    written = found["sign"] + found["late_sign"] + whole
    if rest in ("", "."):
        return int(written)
    number = float(written + rest)
    return number if math.isfinite(number) else Decimal(written + rest)
