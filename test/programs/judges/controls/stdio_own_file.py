# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
with open("numbers.txt", "w") as file:
    file.write(input())
with open("numbers.txt") as file:
    print(sum(map(int, file.read().split())))
