# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "", "stdout": "1.5 2.5"}], "comparison": "words", "tolerance": {"absolute": 1e300, "relative": 1e300}}
print("nan inf")
