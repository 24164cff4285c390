# expect: failed_assertion | exception | early_exit
# An audit hook that watches everything the interpreter does for the expected value.
import sys

seen = []
sys.addaudithook(lambda event, args: seen.append(repr(args)[:1000]))

def secret():
    return "answer" + ":42" if any("answer" + ":42" in text for text in seen) else None
# tests:
assert secret() == "answer:42"
