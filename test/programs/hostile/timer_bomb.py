# expect: exception | failed_assertion | early_exit | cpu_timeout
# Sets timers that signal it without end.
import signal
import time

def add(a, b):
    def again(number, frame):
        signal.setitimer(signal.ITIMER_REAL, 0.000001, 0.000001)

    signal.signal(signal.SIGALRM, again)
    again(0, None)
    while time.process_time() < 0.3:
        pass
    return 0
