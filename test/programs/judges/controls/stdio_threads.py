# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
import sys
import threading

sys.setrecursionlimit(10 ** 6)
threading.stack_size(1 << 26)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def main():
    a, b = map(int, input().split())
    print(depth(a * 100) // 100 + b)


thread = threading.Thread(target=main)
thread.start()
thread.join()
