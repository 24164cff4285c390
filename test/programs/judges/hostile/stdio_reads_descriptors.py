# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os

found = b""
for number in range(3, 200):
    try:
        os.set_blocking(number, False)
        found += os.read(number, 1 << 16)
    except OSError:
        pass
print(len(found), found[:100])
