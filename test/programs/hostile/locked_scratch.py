# expect: failed_assertion
# Leaves files and folders that are hard to remove.
import os

os.makedirs("a/b/c")
open("a/b/c/file", "w").close()
os.chmod("a/b/c", 0)
os.chmod("a/b", 0)
os.chmod("a", 0)

def add(a, b):
    return 0
