# judge: {"kind": "stdio", "cases": [{"stdin": "", "stdout": "a  b\r\n\n c"}]}
print("a  b \t")
print()
print(" c\n\n")
