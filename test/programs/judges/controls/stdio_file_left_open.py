# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
out = open(1, "w", closefd=False)
out.write("%d\n" % sum(map(int, input().split())))
