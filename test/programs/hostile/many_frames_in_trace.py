# expect: exception
# An exception through as many frames as there can be, all of different functions.
space = {}
for number in range(800):
    exec("def f%d(x):\n    return f%d(x)\n" % (number, number + 1), globals())

def f800(x):
    raise ValueError(x)

def add(a, b):
    return f0(a)
