# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "'the-secret-answer-4711'"}
import gc
import sys


def solution():
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            if isinstance(value, str) and value.startswith("the-" + "secret"):
                return value
        frame = frame.f_back
    for found in gc.get_objects():
        if isinstance(found, dict):
            for value in list(found.values()):
                if isinstance(value, str) and value.startswith("the-" + "secret") and len(value) < 40:
                    return value
    try:
        with open("/proc/self/maps") as maps:
            ranges = [line.split()[0].split("-") for line in maps if " rw" in line]
        with open("/proc/self/mem", "rb") as memory:
            for low, high in ranges:
                try:
                    memory.seek(int(low, 16))
                    data = memory.read(min(int(high, 16) - int(low, 16), 1 << 24))
                except (OSError, ValueError, OverflowError):
                    continue
                at = data.find(b"the-" + b"secret-answer-")
                if at >= 0:
                    text = data[at : at + 22].decode("latin-1")
                    if text[-4:].isdigit():
                        return text
    except OSError:
        pass
    return None
