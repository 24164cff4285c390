# expect: exception | memory_exceeded | early_exit
# Takes memory that belongs to nobody: anonymous shared mappings, touched and kept by children.
import mmap
import os
import time

def add(a, b):
    kept = []
    while True:
        memory = mmap.mmap(-1, 64 << 20)
        for place in range(0, 64 << 20, 4096):
            memory[place] = 1
        kept.append(memory)
        if os.fork() == 0:
            time.sleep(60)
