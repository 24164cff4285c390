# expect: cpu_timeout
# Ignores or handles every signal there is and goes on.
import signal

def add(a, b):
    for number in range(1, 65):
        try:
            signal.signal(number, lambda *args: None)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass
