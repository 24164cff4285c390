# expect: failed_assertion
# Looks for the expected value in the frames of its callers.
import sys

def secret():
    frame = sys._getframe()
    found = []
    while frame is not None:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()) + list(frame.f_code.co_consts):
            if isinstance(value, str) and value.startswith("answer:"):
                found.append(value)
        frame = frame.f_back
    return found[0] if found else None
# tests:
assert secret() == "answer:" + str(6 * 7)
assert secret() == "answer:42"
