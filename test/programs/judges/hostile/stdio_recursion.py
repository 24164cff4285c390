# expect: exception | early_exit | cpu_timeout | memory_exceeded
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import sys

sys.setrecursionlimit(10 ** 9)


def deeper(value):
    return deeper([value])


deeper(0)
