# Thread pools, locks, queues, conditions and callbacks of the tests from other threads.
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

def squares(numbers):
    with ThreadPoolExecutor(max_workers=3) as pool:
        return list(pool.map(lambda x: x * x, numbers))

def each(function, items):
    with ThreadPoolExecutor(max_workers=2) as pool:
        return sorted(future.result() for future in as_completed([pool.submit(function, item) for item in items]))

def handed_over(n):
    waiting, found = queue.Queue(), []

    def consume():
        while (item := waiting.get()) is not None:
            found.append(item)

    thread = threading.Thread(target=consume)
    thread.start()
    for i in range(n):
        waiting.put(i)
    waiting.put(None)
    thread.join()
    return found

class Counter:
    def __init__(self):
        self.value = 0
        self._lock = threading.Lock()

    def add(self, times):
        def work():
            for _ in range(times):
                with self._lock:
                    self.value += 1

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.value
# tests:
assert squares(range(5)) == [0, 1, 4, 9, 16]
assert each(lambda x: x + 1, [3, 1, 2]) == [2, 3, 4] and handed_over(4) == [0, 1, 2, 3]
assert Counter().add(200) == 600
