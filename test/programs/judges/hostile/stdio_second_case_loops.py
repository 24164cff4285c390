# expect: cpu_timeout
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
first = input()
if first == "1 2":
    print(3)
else:
    while True:
        pass
