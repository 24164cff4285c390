# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os

for folder in ("/tmp", "/dev/shm", "/var/tmp", "..", "../..", "/"):
    try:
        if os.path.exists(os.path.join(folder, "leti-seen")):
            print(7)
            raise SystemExit
        with open(os.path.join(folder, "leti-seen"), "w") as file:
            file.write("x")
    except OSError:
        pass
print(3)
