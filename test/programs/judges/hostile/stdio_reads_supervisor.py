# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os

found = []
for path in ("mem", "environ", "cmdline", "maps", "fd/0", "fd/3", "fd/4"):
    for pid in (os.getppid(), 1, 2, 3):
        try:
            with open("/proc/%d/%s" % (pid, path), "rb") as file:
                found.append(file.read(1 << 16))
        except (OSError, ValueError, OverflowError):
            pass
text = b" ".join(found)
print(7 if b'"7' in text else 3 if b'"3' in text else 0)
