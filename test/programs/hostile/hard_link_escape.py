# expect: exception
# Links to files of others, to change their rights or keep them.
import os

def add(a, b):
    for path in ("/etc/passwd", os.__file__, "/etc/shadow"):
        try:
            os.link(path, "mine")
            os.chmod("mine", 0o777)
            return 3
        except OSError:
            pass
    raise PermissionError
