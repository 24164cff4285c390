# expect: failed_assertion | output_exceeded
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
for number in range(1000):
    print(number)
