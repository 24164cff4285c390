# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "", "stdout": "1\n"}], "comparison": "exact"}
print("1 ")
