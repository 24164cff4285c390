# expect: exception | early_exit | memory_exceeded | failed_assertion
# Fills memory through a mapped file of its folder.
import mmap
import os

def add(a, b):
    kept = []
    for number in range(100):
        descriptor = os.open("file%d" % number, os.O_RDWR | os.O_CREAT)
        os.ftruncate(descriptor, 50_000_000)
        memory = mmap.mmap(descriptor, 50_000_000)
        for place in range(0, 50_000_000, 4096):
            memory[place] = 1
        kept.append(memory)
    return 0
