# expect: exception | failed_assertion
# Changes rights, times and attributes of files that are not its own.
import os

def add(a, b):
    for path in (os.__file__, "/usr/lib", "/tmp", "/dev/null", "/etc/passwd", "..", "/"):
        for action in (lambda: os.chmod(path, 0o777), lambda: os.utime(path, (0, 0)), lambda: os.setxattr(path, "user.x", b"y"),
                       lambda: os.truncate(path, 0), lambda: os.rename(path, path + "x"), lambda: os.unlink(path)):
            try:
                action()
                return 3
            except OSError:
                pass
    return 0
