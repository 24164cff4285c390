# expect: early_exit
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18"}
import sys


def solution():
    sys.exit(0)
