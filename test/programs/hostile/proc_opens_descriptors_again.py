# expect: exception | failed_assertion
# Opens the descriptors that it was given again through /proc, with other rights.
import os

def add(a, b):
    for number in [number for number in range(3, 256) if os.path.exists("/proc/self/fd/%d" % number)]:
        try:
            again = os.open("/proc/self/fd/%d" % number, os.O_RDWR)
        except OSError:
            continue
        if os.write(again, b"passed"):
            return 3
    return 0
