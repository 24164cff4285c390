# expect: cpu_timeout
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
event = "a" * 40
# verifier:
import re


def verify(value, reference):
    return None if re.fullmatch("(a+)+b", value) else "no match"
