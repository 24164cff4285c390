# Uses threads and a child process within its limits.
import os
import threading

def parallel(n):
    results = []
    threads = [threading.Thread(target=results.append, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)

def child():
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, b"hi")
        os._exit(0)
    os.waitpid(pid, 0)
    return os.read(reader, 2)
# tests:
assert parallel(3) == [0, 1, 2]
assert child() == b"hi"
