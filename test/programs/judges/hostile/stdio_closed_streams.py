# expect: cpu_timeout
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os

for number in range(10):
    try:
        os.close(number)
    except OSError:
        pass
while True:
    pass
