# expect: failed_assertion
# judge: {"kind": "verifier", "expression": "value", "reference": "42"}
value = type("int", (int,), {"__eq__": lambda self, other: True, "__index__": lambda self: 42, "__hash__": int.__hash__})()

# verifier:
def verify(value, reference):
    return None if type(value) is int and value == reference else "wrong number"
