"""Reads a program's text as far as white space, brackets and quotes go, by one rule on every version of Python.

What the interpreters say of text that is not Python differs between their versions, and so do the lines that they give for
statements of several lines.
"""
import re

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\f]+)
    | (?P<newline>\n)
    | (?P<comment>\#[^\n]*)
    | (?P<joined>\\\n)
    | (?P<string>(?:[rRbBuUfF]{0,2})(?P<quotes>'''|\"\"\"|'|\"))
    | (?P<number>(?:0[xX][\da-fA-F_]+|0[oO][\d_]+|0[bB][\d_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)[jJ]?)
    | (?P<name>\w+)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<operator>[-+*/%@&|^~<>=!.,:;]+)
    """,
    re.VERBOSE,
)
_STRING_END = {
    "'": re.compile(r"(?:[^\n\\']|\\.)*'", re.DOTALL), '"': re.compile(r'(?:[^\n\\"]|\\.)*"', re.DOTALL),
    "'''": re.compile(r"(?:[^\\']|\\.|'(?!''))*'''", re.DOTALL), '"""': re.compile(r'(?:[^\\"]|\\.|"(?!""))*"""', re.DOTALL),
}
_PARTNER = {")": "(", "]": "[", "}": "{"}
_BLOCKS = frozenset("if elif else for while def class with try except finally async match case".split())
_AFTER_NUMBER = re.compile(r"and|else|for|if|in|is|not|or")
_TAB = 8


class TextError(Exception):
    """What is wrong with a text: ``kind`` is SyntaxError, IndentationError or TabError."""

    def __init__(self, line, message, kind="SyntaxError"):
        super().__init__(message)
        self.line = line
        self.message = message
        self.kind = kind


class LogicalLines:
    """The statements of ``text`` by line, a compound one's header for itself.

    ``lexical``: the first TextError of brackets, quotes, characters and white space, or None; ``structural``: the first block that
    is missing or not wanted, or None.
    """

    def __init__(self, text):
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self.text.split("\n")
        self.lexical = None
        self.structural = None
        self._first = {}
        self._indents = [(0, 0)]
        self._header = None
        self._decorator = None
        try:
            self._read()
        except TextError as error:
            self.lexical = error

    def first_line(self, line):
        """The line that the statement on ``line`` begins on."""
        return self._first.get(line, line)

    def text_of(self, line):
        """A line without the white space around it."""
        return self.lines[line - 1].strip()

    def statement(self, line):
        """The statement that begins on ``line``, in one line: breaks, with backslashes and white space around them, are one space."""
        last = line
        while self._first.get(last + 1) == line:
            last += 1
        parts = [part.strip() for part in self.lines[line - 1 : last]]
        parts[:-1] = [part[:-1].rstrip() if part.endswith("\\") else part for part in parts[:-1]]
        return " ".join(filter(None, parts))

    def _read(self):
        text, at, line, end = self.text, 0, 1, len(self.text)
        brackets = []
        start = None
        first_word = last_word = ""
        while at < end:
            if start is None and not brackets:
                at, width = self._indentation(at)
                if at < end and text[at] not in "\n#\\":
                    start, first_word, last_word = line, "", ""
                    self._indent(width, line)
            found = _TOKEN.match(text, at)
            if found is None:
                self._refuse(text, at, line)
            kind, word, at = found.lastgroup, found.group(), found.end()
            if kind == "quotes":
                kind = "string"
            if kind == "newline":
                if brackets or start is None:
                    line += 1
                    continue
                self._end(start, line, first_word, last_word)
                start = None
                line += 1
            elif kind == "joined":
                line += 1
                if at == end:
                    raise TextError(line - 1, "unexpected end of text after a backslash")
            elif kind == "string":
                stop = _STRING_END[found.group("quotes")].match(text, at)
                if stop is None:
                    long = "triple-quoted " if len(found.group("quotes")) == 3 else ""
                    raise TextError(line, "unterminated %sstring literal" % long)
                line += text.count("\n", at, stop.end())
                at = stop.end()
                last_word = "''"
            elif kind == "open":
                brackets.append((word, line))
                last_word = word
            elif kind == "close":
                if not brackets:
                    raise TextError(line, "unmatched '%s'" % word)
                opened = brackets.pop()[0]
                if opened != _PARTNER[word]:
                    raise TextError(line, "closing parenthesis '%s' does not match opening parenthesis '%s'" % (word, opened))
                last_word = word
            elif kind in ("name", "number", "operator"):
                self._check(kind, word, text, at, line)
                first_word, last_word = first_word or word, word
        if brackets:
            raise TextError(brackets[-1][1], "'%s' was never closed" % brackets[-1][0])
        if start is not None:
            self._end(start, line, first_word, last_word)
        if self._header is not None and self.structural is None:
            self.structural = TextError(self._header, "expected an indented block", "IndentationError")

    def _indentation(self, at):
        column = other = 0
        while at < len(self.text):
            character = self.text[at]
            if character == " ":
                column, other = column + 1, other + 1
            elif character == "\t":
                column, other = (column // _TAB + 1) * _TAB, other + 1
            elif character == "\f":
                column = other = 0
            else:
                break
            at += 1
        return at, (column, other)

    def _indent(self, width, line):
        column, other = width
        deeper = column > self._indents[-1][0]
        if column == self._indents[-1][0]:
            consistent = other == self._indents[-1][1]
        elif deeper:
            consistent = other > self._indents[-1][1]
            self._indents.append(width)
        else:
            while column < self._indents[-1][0]:
                self._indents.pop()
            if column != self._indents[-1][0]:
                raise TextError(line, "unindent does not match any outer indentation level", "IndentationError")
            consistent = other == self._indents[-1][1]
        if not consistent:
            raise TextError(line, "inconsistent use of tabs and spaces in indentation", "TabError")
        if deeper != (self._header is not None) and self.structural is None:
            message = "unexpected indent" if deeper else "expected an indented block"
            self.structural = TextError(line, message, "IndentationError")
        self._header = None

    def _end(self, start, last, first_word, last_word):
        # Decorators and what they decorate are one statement: not every version tells where in it a decorator failed.
        first = self._decorator or start
        for line in range(start, last + 1):
            self._first[line] = first
        self._decorator = first if self.text_of(start).startswith("@") else None
        self._header = start if first_word in _BLOCKS and last_word.endswith(":") else None

    @staticmethod
    def _check(kind, word, text, at, line):
        if kind == "name":
            if not word.isidentifier():
                wrong = next((c for c in word if not ("a" + c).isidentifier()), word[0])
                raise TextError(line, "invalid character '%s' (U+%04X)" % (wrong, ord(wrong)))
        elif kind == "number":
            rest = re.match(r"\w+", text[at : at + 16])
            if rest is not None and not _AFTER_NUMBER.match(rest.group()):
                raise TextError(line, "invalid number")
            if re.fullmatch(r"0[\d_]*[1-9][\d_]*", word):
                raise TextError(line, "leading zeros in decimal integer literals are not permitted")

    @staticmethod
    def _refuse(text, at, line):
        character = text[at]
        if character == "\\":
            raise TextError(line, "unexpected character after line continuation character")
        if character.isascii() and character.isprintable():
            raise TextError(line, "invalid syntax")
        if character == "\0":
            raise TextError(line, "source code cannot contain null bytes")
        shown = "character '%s' (U+%04X)" if character.isprintable() else "non-printable character U+%04X"
        raise TextError(line, "invalid " + shown % ((character, ord(character)) if character.isprintable() else ord(character)))
