# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
import threading
import time


def later():
    time.sleep(0.05)
    print(sum(map(int, input().split())))


threading.Thread(target=later).start()
