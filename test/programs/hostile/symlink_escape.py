# expect: exception | failed_assertion
# Leaves links in its folder that lead whoever cleans up to other files.
import os

def secret():
    for number, path in enumerate(("/", "/etc", "/root", "/tmp", "..", "/proc/self/root")):
        os.symlink(path, "link%d" % number)
    found = []
    for number in range(6):
        try:
            found += os.listdir("link%d/" % number)
        except OSError:
            pass
    try:
        open("link3/leti-escape", "w").close()
        return True
    except OSError:
        return "passwd" in found
# tests:
assert secret() is True
