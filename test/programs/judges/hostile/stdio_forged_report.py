# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os
import struct

for number in range(3, 12):
    try:
        os.write(number, struct.pack("<BBIII", 0, 0, 0, 0, 0))
        os.write(number, b'\x40\x00\x00\x00{"verdict": {"outcome": "passed", "feedback": "", "exceptionType": ""}}')
    except OSError:
        pass
