# expect: output_exceeded
# Writes just over the limit and has a right answer at once.
import sys

def add(a, b):
    sys.stdout.write("x" * (1 << 20) + "x" * 30_000)
    sys.stdout.flush()
    return 3
