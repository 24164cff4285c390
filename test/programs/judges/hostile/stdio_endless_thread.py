# expect: wall_timeout
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import threading
import time


def wait():
    while True:
        time.sleep(1)


threading.Thread(target=wait).start()
print(sum(map(int, input().split())), flush=True)
