# judge: {"kind": "text_match", "expected": ["yes"], "mode": "prefix"}
yes, because it is so.
