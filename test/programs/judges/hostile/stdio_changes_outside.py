# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "", "stdout": "done"}]}
import os

changed = []
for path in ("../..", "../../judge", "/tmp", "/", os.path.expanduser("~")):
    for change in (lambda: os.utime(path), lambda: os.chmod(path, 0o700), lambda: os.setxattr(path, "user.leti", b"1")):
        try:
            change()
            changed.append(path)
        except OSError:
            pass
print("done" if changed else "nothing can be changed")
