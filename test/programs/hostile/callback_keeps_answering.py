# expect: cpu_timeout
# Asks a test's predicate without end.
def add(check):
    number = 0
    while True:
        number -= 1
        check(number)
# tests:
assert add(lambda x: x == 424242) == 424242
