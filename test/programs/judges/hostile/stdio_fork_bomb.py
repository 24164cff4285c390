# expect: process_limit | cpu_timeout | memory_exceeded | exception
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
