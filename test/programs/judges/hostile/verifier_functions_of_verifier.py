# expect: failed_assertion | tampering
# judge: {"kind": "verifier", "expression": "event", "reference": "7"}
import builtins
import json

json.loads = lambda text: 1
builtins.len = lambda value: 7


def verify(value, reference):
    return None


def len(value):
    return 7


event = [1]
# verifier:
def verify(value, reference):
    return None if len(value) == reference else "wrong length"
