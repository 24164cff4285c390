"""How long feedback is, counted without any model's vocabulary, and how it is made shorter."""
import re

_TOKEN = re.compile(r" ?[A-Za-z]{1,6}| ?[0-9]{1,3}|\n|[^\S\n]+| ?[^\sA-Za-z0-9]")
MARK = "..."
_MARK_TOKENS = len(MARK)


def count_tokens(text):
    """Six letters, three digits, a run of white space or a line's end, a punctuation mark; a byte of UTF-8 of anything else.

    A space before letters, digits or a mark belongs to them.
    """
    return sum(map(_weight, _TOKEN.findall(text)))


def _weight(token):
    return 1 if token.isascii() else max(1, len(token.strip(" ").encode("utf-8", "surrogatepass")))


def shorten(text, budget):
    """``text`` in at most ``budget`` tokens: where it has more, the middle gives way to a mark, and the end keeps the greater part."""
    if len(text) <= budget or count_tokens(text) <= budget:
        return text
    tokens = _TOKEN.findall(text)
    if budget <= _MARK_TOKENS + 1:
        return "".join(_take(tokens[::-1], budget)[::-1])
    first = _take(tokens, (budget - _MARK_TOKENS) // 3)
    last = _take(tokens[::-1], budget - _MARK_TOKENS - (budget - _MARK_TOKENS) // 3)
    return "".join(first) + MARK + "".join(last[::-1])


def _take(tokens, budget):
    found = []
    for token in tokens:
        budget -= _weight(token)
        if budget < 0:
            break
        found.append(token)
    return found
