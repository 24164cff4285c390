# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
import sys
from typing import List


def main(numbers: List[int]) -> int:
    print(sum(numbers))
    return 0


if __name__ == "__main__":
    sys.exit(main([int(word) for word in input().split()]))
