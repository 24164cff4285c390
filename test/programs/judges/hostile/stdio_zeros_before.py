# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "", "stdout": "0011"}], "comparison": "words", "tolerance": {"absolute": 1e-6, "relative": 0}}
print("11")
