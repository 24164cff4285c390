# expect: exception | failed_assertion
# A file that says it has a terabyte.
import os

def add(a, b):
    with open("sparse", "wb") as file:
        file.truncate(1 << 40)
    return 3 if os.path.getsize("sparse") == 1 << 40 else 0
