# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
import fileinput
for line in fileinput.input():
    print(sum(map(int, line.split())))
