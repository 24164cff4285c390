# expect: memory_exceeded | cpu_timeout
# A small compressed text that becomes gigabytes.
import zlib

def add(a, b):
    data = zlib.compress(b"\0" * 100_000_000, 9)
    kept = [zlib.decompress(data) for _ in range(20)]
    return len(kept)
