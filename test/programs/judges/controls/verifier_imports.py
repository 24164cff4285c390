# judge: {"kind": "verifier", "expression": "names", "reference": "[\"Zoe\", \"Ana\"]"}
names = ["Zoë", "ANA"]
# verifier:
import collections
import csv
import difflib
import unicodedata
from dataclasses import dataclass


@dataclass
class Pair:
    got: str
    want: str


def plain(text):
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each)).casefold()


def verify(value, reference):
    pairs = [Pair(plain(got), plain(want)) for got, want in zip(value, reference)]
    worst = min(difflib.SequenceMatcher(None, pair.got, pair.want).ratio() for pair in pairs)
    counts = collections.Counter(next(csv.reader([",".join(value)])))
    return None if worst == 1 and len(counts) == 2 else f"ratio {worst}"
