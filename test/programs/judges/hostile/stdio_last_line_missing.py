# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "", "stdout": "1\n\n2\n"}]}
print("1\n\n")
