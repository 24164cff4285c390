"""Slips in a program's text: what sampling and typing do. Each takes ``(text, rng)`` and returns another text, or None."""

_FENCES = ["```\n", "\n```python\n", "\nHere is the solution:\n", "\n\nThis function works.", "\n# test\nprint(solve(5))\n", "\n>>> f(1)\n",
           "\n<|endoftext|>", "\n'''", '\n"""Unfinished', "\nif __name__ == '__main__':\n    main()\n", "\ndef next_function(", "\n@decorator",
           "\nassert False", "\nx = 1 \\", "\nreturn 1", "\n    pass", "\n\tpass", "\n\x00", "\nfor i in range(3):", "\nprint 'done'"]
_WORDS = [("return", "retrun"), ("def ", "define "), ("for ", "fro "), ("==", "="), (" = ", " == "), (":", ""), ("(", ""), (")", ""),
          ("[", "("), ("]", ")"), ("'", '"'), ('"', "'"), (",", ""), ("in ", "on "), ("if ", "if not "), ("else", "elif"), (" and ", " && "),
          ("not ", "!"), ("True", "true"), ("None", "null"), ("range", "rnage"), ("print(", "print "), ("#", ""), ("    ", "\t"),
          ("'", "\u2019"), ("-", "\u2212"), ("0", "O"), ("1", "01"), (".", ","), ("import", "improt"), ("lambda", "lamda")]


def cut_short(text, rng):
    return text[: rng.randrange(len(text))]


def cut_at_a_line(text, rng):
    lines = text.split("\n")
    return "\n".join(lines[: rng.randrange(len(lines))])


def dropped_character(text, rng):
    place = rng.randrange(len(text))
    return text[:place] + text[place + 1 :]


def doubled_character(text, rng):
    place = rng.randrange(len(text))
    return text[:place] + text[place] + text[place:]


def swapped_characters(text, rng):
    place = rng.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def random_character(text, rng):
    place = rng.randrange(len(text))
    return text[:place] + rng.choice("abcxyz0189_()[]{}:,.'\"\\ \n\t=+-*/#@é∑\r\f") + text[place + 1 :]


def dropped_line(text, rng):
    lines = text.split("\n")
    del lines[rng.randrange(len(lines))]
    return "\n".join(lines)


def doubled_line(text, rng):
    lines = text.split("\n")
    place = rng.randrange(len(lines))
    return "\n".join(lines[: place + 1] + lines[place:])


def swapped_lines(text, rng):
    lines = text.split("\n")
    if len(lines) < 2:
        return None
    place = rng.randrange(len(lines) - 1)
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    return "\n".join(lines)


def indented_line(text, rng):
    lines = text.split("\n")
    place = rng.randrange(len(lines))
    lines[place] = rng.choice([" ", "    ", "\t"]) + lines[place]
    return "\n".join(lines)


def dedented_line(text, rng):
    lines = text.split("\n")
    places = [i for i, line in enumerate(lines) if line[:1] in " \t" and line.strip()]
    if not places:
        return None
    place = rng.choice(places)
    lines[place] = lines[place][rng.choice([1, 4]) :] if rng.random() < 0.5 else lines[place].lstrip()
    return "\n".join(lines)


def misspelt_word(text, rng):
    found = [(old, new) for old, new in _WORDS if old in text]
    if not found:
        return None
    old, new = rng.choice(found)
    place = rng.randrange(text.count(old))
    parts = text.split(old)
    return old.join(parts[: place + 1]) + new + old.join(parts[place + 1 :])


def talk_around_it(text, rng):
    extra = rng.choice(_FENCES)
    return extra + text if rng.random() < 0.3 else text + extra


def written_twice(text, rng):
    return text + "\n" + text[: rng.randrange(len(text))]
