# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
print("4\r3")
print("\x1b[2K\x1b[1A3\x08\x083")
