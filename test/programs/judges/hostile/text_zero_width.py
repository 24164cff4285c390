# expect: failed_assertion
# judge: {"kind": "text_match", "expected": ["42"], "mode": "equal"}
4​2
