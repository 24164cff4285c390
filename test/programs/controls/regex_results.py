# Match objects, patterns and iterators over them.
import re

def parse(text):
    return re.match(r"(?P<year>\d{4})-(?P<month>\d\d)", text)

def words(text):
    return re.finditer(r"\w+", text)

def pattern():
    return re.compile(r"a+b")
# tests:
m = parse("2024-05-06")
assert m and m.group() == "2024-05" and m.group("year") == "2024" and m.groups() == ("2024", "05") and m[2] == "05"
assert m.groupdict() == {"year": "2024", "month": "05"} and m.span("month") == (5, 7) and m.start() == 0 and m.string[:4] == "2024"
assert parse("x") is None
assert [w.group() for w in words("one two")] == ["one", "two"] and [w.span() for w in words("a bc")] == [(0, 1), (2, 4)]
assert pattern().fullmatch("aab") and not pattern().fullmatch("b") and pattern().pattern == "a+b" and pattern().sub("-", "aabab") == "--"
