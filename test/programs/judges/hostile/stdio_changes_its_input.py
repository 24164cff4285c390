# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import mmap
import os

try:
    os.pwrite(0, b"9 9\n", 0)
except OSError:
    pass
try:
    os.ftruncate(0, 0)
except OSError:
    pass
try:
    with mmap.mmap(0, 4) as shared:
        shared[0:4] = b"9 9\n"
except (OSError, ValueError, TypeError):
    pass
try:
    with open("/proc/self/fd/0", "r+b") as again:
        again.write(b"9 9\n")
except OSError:
    pass
os.lseek(0, 0, os.SEEK_SET)
print(sum(map(int, open(0).read().split())) + 1)
