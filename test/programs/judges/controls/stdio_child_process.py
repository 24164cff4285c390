# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
import os

reading, writing = os.pipe()
if os.fork() == 0:
    os.write(writing, str(sum(map(int, input().split()))).encode())
    os._exit(0)
os.wait()
print(os.read(reading, 100).decode())
