# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "", "stdout": "1.5"}], "comparison": "words", "tolerance": {"absolute": 0.1, "relative": 0}}
print("1_5e-1")
