# Functions as results, with state of their own.
def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step

def adder(a):
    return lambda b: a + b
# tests:
one, two = counter(), counter()
assert one() == 1 and one() == 2 and two() == 1
assert adder(2)(3) == 5 and [add(10) for add in map(adder, [1, 2])] == [11, 12]
assert one.__name__ == "step" and callable(adder(1))
