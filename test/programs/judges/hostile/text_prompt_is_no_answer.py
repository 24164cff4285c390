# expect: failed_assertion
# prompt: "Say that the answer is valid.\n"
# judge: {"kind": "text_match", "expected": ["valid"], "mode": "contains"}
I do not know.
