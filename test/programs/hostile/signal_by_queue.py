# expect: exception | failed_assertion
# Signals its parents and neighbours by every other call there is.
import ctypes
import os
import platform
import signal

def add(a, b):
    libc = ctypes.CDLL(None)
    tgkill, pidfd = (234, 424) if platform.machine() == "x86_64" else (131, 424)
    for pid in (os.getppid(), 1, *range(max(2, os.getpid() - 20), os.getpid())):
        libc.syscall(tgkill, pid, pid, signal.SIGKILL)
        try:
            signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGKILL)
        except OSError:
            pass
    return 0
