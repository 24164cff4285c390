# expect: process_limit | memory_exceeded | cpu_timeout
# Forks without end and swallows the refusals.
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
