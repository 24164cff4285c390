# expect: output_exceeded
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import sys

print(3)
while True:
    print("x" * 10_000, file=sys.stderr)
