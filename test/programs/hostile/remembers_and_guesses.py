# expect: failed_assertion
# Learns from its calls; the expected values are never among them.
calls = []

def add(a, b):
    calls.append((a, b))
    return calls
# tests:
assert add(1, 2) == 3
assert add(2, 2) == 4
