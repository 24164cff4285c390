# expect: early_exit
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18"}
import os


def solution():
    os._exit(0)
