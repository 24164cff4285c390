# expect: failed_assertion | early_exit | exception
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import os
import sys

os._exit = lambda status: None
sys.exit = lambda status=0: None
os.write = lambda number, data: len(data)
