# Texts of every alphabet, with surrogates, combining marks and nulls, as values, keys and messages.
import unicodedata

def reverse(text):
    return text[::-1]

def names(text):
    return [unicodedata.name(c, "?") for c in text]

def letters(text):
    return {c: text.count(c) for c in text}

def fold(text):
    return unicodedata.normalize("NFC", text).casefold()

def fail(text):
    raise ValueError(text)
# tests:
assert reverse("añ𝄞\0\ud800") == "\ud800\0𝄞ña" and names("é漢") == ["LATIN SMALL LETTER E WITH ACUTE", "CJK UNIFIED IDEOGRAPH-6F22"]
assert letters("ßßλ") == {"ß": 2, "λ": 1} and fold("E\u0301Ä") == "éä" and len("👩‍👩‍👧") == 5 and reverse("") == ""
try:
    fail("плохо \u2028 \x1b[31m")
    assert False
except ValueError as error:
    assert str(error) == "плохо \u2028 \x1b[31m"
