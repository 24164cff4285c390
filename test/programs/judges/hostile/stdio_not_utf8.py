# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import sys

sys.stdout.buffer.write(bytes(range(256)) * 100)
