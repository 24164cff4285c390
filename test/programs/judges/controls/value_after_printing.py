# judge: {"kind": "returned_value", "expression": "answer", "expected": "None"}
print("thinking aloud")
answer = print("...")
