# expect: exception | failed_assertion
# Uses what only root may: other users, device nodes, the clock, the host's name, raising priorities.
import ctypes
import os
import stat
import time

def add(a, b):
    gained = []
    for name, action in {
        "mknod": lambda: os.mknod("device", 0o666 | stat.S_IFBLK, os.makedev(8, 0)), "chown": lambda: os.chown(".", 0, 0),
        "setgid": lambda: os.setgid(0), "setgroups": lambda: os.setgroups([0]), "setuid": lambda: os.setuid(12345),
        "clock": lambda: time.clock_settime(time.CLOCK_REALTIME, 0), "chroot": lambda: os.chroot("."),
    }.items():
        try:
            action()
            gained.append(name)
        except OSError:
            pass
    if ctypes.CDLL(None).sethostname(b"x", 1) == 0:
        gained.append("sethostname")
    return 3 if gained else 0
