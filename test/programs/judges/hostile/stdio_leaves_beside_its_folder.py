# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1", "stdout": "1"}, {"stdin": "2", "stdout": "2"}]}
import os

try:
    attributes = os.listxattr("..")
except OSError:
    attributes = []
if "user.leti" in attributes or len(os.listdir(".")) > 0 or os.access("../left", os.F_OK):
    print(2)
else:
    print(1)
    for leave in (
        lambda: os.mkdir("../left"), lambda: open("left", "w").close(), lambda: os.setxattr("..", "user.leti", b"1"),
        lambda: os.rename("../program", "../other"), lambda: os.symlink("/", "../program"), lambda: os.chmod("..", 0),
    ):
        try:
            leave()
        except OSError:
            pass
