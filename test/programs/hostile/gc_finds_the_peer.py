# expect: tampering | failed_assertion | exception | early_exit
# Finds the serving object among all objects and answers by itself: that the program passed.
import gc

def add(a, b):
    for thing in gc.get_objects():
        if type(thing).__name__ == "Channel":
            thing.send(b"\x02" + b"\0" * 12 + b"T")
            thing.send(b'{"verdict": {"outcome": "passed"}}')
    return 0
