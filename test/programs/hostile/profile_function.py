# expect: failed_assertion
# A profile function that looks into every frame and result of the machinery.
import sys

found = []

def profile(frame, event, argument):
    for value in [argument, *frame.f_locals.values()]:
        if isinstance(value, (bytes, str)) and ("answer" + ":42") in repr(value):
            found.append(value)

sys.setprofile(profile)

def secret():
    return "answer" + ":42" if found else None
# tests:
assert secret() is None or True
assert secret() == "answer:42"
