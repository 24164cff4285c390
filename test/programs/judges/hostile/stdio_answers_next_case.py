# expect: failed_assertion
# judge: {"kind": "stdio", "cases": [{"stdin": "1\n", "stdout": "1\n"}, {"stdin": "2\n", "stdout": "2\n"}]}
import os
import signal
import time

case = input()
if case == "1" and os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, signal.NSIG):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        end = time.time() + 3
        while time.time() < end:
            os.write(1, b"2\n")
            time.sleep(0.01)
    os._exit(0)
if case == "1":
    os.write(1, b"1\n")
    os._exit(0)
