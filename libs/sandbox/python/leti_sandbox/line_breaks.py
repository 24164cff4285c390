"""Lines as the interpreter counts them."""


def line_breaks(text):
    """How many lines of source ``text`` are ended: by a line feed, a carriage return, or one after the other."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.count("\n")
