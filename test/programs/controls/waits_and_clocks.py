# Sleeps a little, measures it, and sets timers.
import signal
import threading
import time

def wait(seconds):
    started = time.perf_counter()
    time.sleep(seconds)
    return time.perf_counter() - started >= seconds

def timed_out(seconds):
    def ring(number, frame):
        raise TimeoutError("too slow")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        time.sleep(5)
    except TimeoutError as error:
        return str(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

def rung():
    found = []
    timer = threading.Timer(0.01, found.append, args=("rung",))
    timer.start()
    timer.join()
    return found
# tests:
assert wait(0.05) and timed_out(0.05) == "too slow" and rung() == ["rung"]
