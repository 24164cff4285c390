# expect: failed_assertion | exception
# Reads command lines, environments, maps and descriptors of every process that it can see.
import os

def secret():
    found = 0
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            for name in ("environ", "maps", "mem", "cwd", "fd", "root"):
                try:
                    path = "/proc/%s/%s" % (entry, name)
                    os.readlink(path) if name in ("cwd", "root") else os.listdir(path) if name == "fd" else open(path, "rb").read(1)
                    found += 1
                except OSError:
                    pass
    return found > 0
# tests:
assert secret() is True
