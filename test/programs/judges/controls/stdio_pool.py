# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(2)
print(sum(executor.map(int, input().split())))
