# expect: exception | failed_assertion
# Reads its own memory for text of the tests.
def secret():
    needle = b"".join([b"ans", b"wer:42"])
    with open("/proc/self/maps") as maps:
        for line in maps:
            if "[heap]" in line:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                with open("/proc/self/mem", "rb") as memory:
                    memory.seek(start)
                    return memory.read(end - start).count(needle) > 1
# tests:
assert secret() is True, "answer:42"
