# expect: process_limit | memory_exceeded
# Forks without end.
import os

while True:
    os.fork()
