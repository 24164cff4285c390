# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
try:
    text = open('/dev/stdin').read()
except OSError:
    text = open(0).read()
print(sum(map(int, text.split())))
