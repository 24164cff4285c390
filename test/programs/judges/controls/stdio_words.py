# judge: {"kind": "stdio", "cases": [{"stdin": "2 3", "stdout": "0.66666 yes\n-1e3"}], "comparison": "words", "tolerance": {"absolute": 1e-4, "relative": 0}}
a, b = map(int, input().split())
print(a / b)
print("yes", -1000.00001)
