# expect: memory_exceeded
# Takes all memory.
def add(a, b):
    items = []
    while True:
        items.append(bytearray(10_000_000))
