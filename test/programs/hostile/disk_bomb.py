# expect: exception
# Fills the disk.
def add(a, b):
    for number in range(10_000):
        with open("file%d" % number, "wb") as file:
            file.write(b"x" * 10_000_000)
