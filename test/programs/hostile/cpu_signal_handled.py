# expect: cpu_timeout
# Handles the signal of its own CPU limit and raises the limit.
import resource
import signal

def add(a, b):
    def more(number, frame):
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (1000, 1000))
        except (OSError, ValueError):
            pass

    signal.signal(signal.SIGXCPU, more)
    while True:
        pass
