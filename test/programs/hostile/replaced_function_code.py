# expect: failed_assertion
# Walks its callers and replaces what it can.
import sys

def add(a, b):
    frame = sys._getframe()
    while frame is not None:
        for name in ("verdict", "result", "outcome", "passed"):
            try:
                frame.f_locals[name] = "passed"
                frame.f_globals[name] = "passed"
            except Exception:
                pass
        frame = frame.f_back
    return 0
