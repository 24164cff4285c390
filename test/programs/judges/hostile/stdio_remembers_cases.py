# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os

if os.path.exists("seen"):
    print(7)
else:
    open("seen", "w").write(input())
    print(3)
