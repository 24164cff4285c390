# expect: failed_assertion
# Looks for the expected value in everything the collector knows.
import gc

def secret():
    needle = "".join(["ans", "wer:", "42"])
    for thing in gc.get_objects():
        if isinstance(thing, (list, tuple, dict)):
            for value in thing.values() if isinstance(thing, dict) else thing:
                if isinstance(value, str) and needle in value and value != needle[:3]:
                    return "found"
    return None
# tests:
assert secret() == "found", "answer" + ":42"
