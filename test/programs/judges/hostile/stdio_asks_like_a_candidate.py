# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import sys

for frame in sys._current_frames().values():
    while frame is not None:
        for name, value in list(frame.f_locals.items()):
            if "case" in name or "stdout" in name or "expected" in name:
                print(name, value)
        frame = frame.f_back
