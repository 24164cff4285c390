# expect: cpu_timeout
# judge: {"kind": "verifier", "expression": "event", "reference": "null"}
event = list(range(50_000))
# verifier:
def verify(value, reference):
    return None if any(a + b < 0 for a in value for b in value) else "none"
