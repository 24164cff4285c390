# Prints a lot within the limit and handles the end of input.
import sys

print("x" * 1000)
sys.stderr.write("y" * 1000)

def read():
    try:
        return input()
    except EOFError:
        return "nothing"
# tests:
assert read() == "nothing"
