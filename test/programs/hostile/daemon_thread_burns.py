# expect: failed_assertion | cpu_timeout
# A daemon thread that goes on when the answer is given.
import threading

def burn():
    while True:
        pass

threading.Thread(target=burn, daemon=True).start()

def add(a, b):
    return 0
