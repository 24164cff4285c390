# expect: early_exit
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import sys

print(sum(map(int, input().split())), flush=True)
sys.exit(1)
