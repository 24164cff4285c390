# expect: failed_assertion | tampering | wall_timeout
# A thread that calls the test's callable after the call has returned.
import threading
import time

def later(callback):
    while True:
        time.sleep(0.001)
        callback(3)

def add(callback):
    threading.Thread(target=later, args=(callback,), daemon=True).start()
    time.sleep(0.01)
    return 0
# tests:
seen = []
assert add(seen.append) == 3
