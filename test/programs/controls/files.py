# Writes and reads files in its own folder.
import os
import tempfile

def store(text):
    with open("note.txt", "w") as file:
        file.write(text)
    with open("note.txt") as file:
        return file.read(), os.listdir(".")
# tests:
assert store("hello") == ("hello", ["note.txt"])
