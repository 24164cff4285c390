# expect: exception
# judge: {"kind": "stdio", "cases": [{"stdin": "1\n", "stdout": "1\n"}]}
import os
import sys

print(input(), flush=True)
sys.excepthook = lambda *error: os._exit(0)
raise ValueError
