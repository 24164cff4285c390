# expect: failed_assertion
# Searches context, cause, traceback and notes of a test's exception for the expected value.
import sys

def add(fail):
    try:
        fail()
    except Exception as error:
        found, left = [], [error]
        while left:
            one = left.pop()
            found.append(repr(one.args) + repr(getattr(one, "__notes__", "")) + repr(getattr(one, "__dict__", "")))
            left += [other for other in (one.__cause__, one.__context__) if other is not None]
            trace = one.__traceback__
            while trace is not None:
                found.append(repr(trace.tb_frame.f_locals))
                trace = trace.tb_next
        return 424242 if "424242" in "".join(found).replace("[424242", "") and "secret" in "".join(found) else 0
# tests:
def fail():
    secret = "secret 424242"
    try:
        raise KeyError(secret)
    except KeyError as error:
        problem = ValueError("plain")
        problem.hint = secret
        raise problem from error
assert add(fail) == 424242
