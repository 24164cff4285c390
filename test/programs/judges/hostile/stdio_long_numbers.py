# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "", "stdout": "1.5 2"}], "comparison": "words", "tolerance": {"absolute": 1, "relative": 1}}
print("1." + "5" * 500_000, "9" * 300_000)
