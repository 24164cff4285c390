# expect: failed_assertion
# Leaves folders nested deeper than any recursion or path.
import os

def add(a, b):
    for _ in range(1500):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    os.mkdir("locked", 0)
    os.chmod(".", 0)
    return 0
