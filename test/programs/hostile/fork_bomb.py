# expect: process_limit | memory_exceeded | cpu_timeout
# Forks without end.
import os

while True:
    os.fork()
