# Names beyond ASCII and a solution with odd line ends inside strings.
def größe(π):
    return len(π)

text = "a\r\nb"
# tests:
assert größe("né") == 2 and text == "a\r\nb"
