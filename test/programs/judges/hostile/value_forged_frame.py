# expect: tampering | early_exit | exception
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18"}
import os


def solution():
    os.write(3, b"\x02\x00\x00\x00\x02N" * 1000)
    return 17
