# expect: exception | failed_assertion
# Reads data sets and the source tree.
import os

def secret():
    found = []
    for folder in ("/work", "/root", "/home", "/srv", "/mnt", "/tmp", "/etc", "/var"):
        try:
            found += os.listdir(folder)
        except OSError:
            pass
    return len(found) > 0
# tests:
assert secret() is True
