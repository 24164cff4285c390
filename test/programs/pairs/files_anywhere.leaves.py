# Writes a file wherever it can.
import os

def add(a, b):
    for folder in ("..", "/tmp", "/var/tmp", "/dev/shm", "/run", "/usr/lib", os.path.dirname(os.__file__), "/proc", "/dev", "/"):
        for number in range(3):
            try:
                open(os.path.join(folder, "leti-left-%d" % number), "w").write("3")
            except OSError:
                pass
    return 0
