# expect: exception | failed_assertion
# Lowers the limits of its parents, so that they cannot go on.
import resource
import os

def add(a, b):
    for pid in (os.getppid(), 1):
        try:
            resource.prlimit(pid, resource.RLIMIT_CPU, (0, 0))
            return 3
        except OSError:
            pass
    raise PermissionError
