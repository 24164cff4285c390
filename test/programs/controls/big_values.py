# Integers, texts and lists of megabytes there and back.
def echo(value):
    return value

def digits(n):
    return 10 ** n

def grid(n):
    return [[row * n + column for column in range(n)] for row in range(n)]

def text(n):
    return "é" * n

def nested(depth):
    found = []
    for _ in range(depth):
        found = [found]
    return found
# tests:
big = 7 ** 300_000
assert echo(big) == big and digits(50_000) % 9 == 1
assert len(text(1_000_000)) == 1_000_000 and echo("x" * 2_000_000) == "x" * 2_000_000 and echo(b"\0" * 1_000_000) == bytes(1_000_000)
assert grid(300)[299][299] == 89_999 and sum(map(sum, grid(100))) == 49_995_000
words = {str(number): number for number in range(30_000)}
assert echo(words) is words and echo([1.5] * 100_000)[-1] == 1.5 and len(echo(set(range(50_000)))) == 50_000
found, depth = nested(300), 0
while found:
    found, depth = found[0], depth + 1
assert depth == 300
