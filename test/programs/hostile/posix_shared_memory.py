# expect: exception | failed_assertion
# Leaves named shared memory behind.
from multiprocessing import shared_memory

def add(a, b):
    memory = shared_memory.SharedMemory(name="leti_leak", create=True, size=4096)
    memory.buf[:3] = b"yes"
    return 3 if bytes(shared_memory.SharedMemory(name="leti_leak").buf[:3]) == b"yes" else 0
