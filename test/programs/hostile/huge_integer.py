# expect: failed_assertion | memory_exceeded | tampering
# An integer of many megabytes.
def add(a, b):
    return 1 << (8 * 40_000_000)
