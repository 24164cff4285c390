# expect: wall_timeout
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os

reading, writing = os.pipe()
os.read(reading, 1)
