# expect: exception | failed_assertion
# Opens the memory of other processes.
import os

def secret():
    for pid in [os.getppid(), 1, *range(os.getpid() - 20, os.getpid() + 20)]:
        if pid != os.getpid():
            try:
                open("/proc/%d/mem" % pid, "rb").close()
                return "opened"
            except OSError:
                pass
    raise ValueError("nothing could be opened")
# tests:
assert secret() == "opened"
