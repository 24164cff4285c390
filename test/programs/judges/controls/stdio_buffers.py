# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
import io
import os
import sys

sys.stdin = io.BytesIO(os.read(0, 1 << 16))
sys.stdout = io.StringIO()
print(sum(map(int, sys.stdin.readline().split())))
os.write(1, sys.stdout.getvalue().encode())
