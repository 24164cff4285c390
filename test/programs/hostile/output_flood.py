# expect: output_exceeded
# Writes without end.
def add(a, b):
    while True:
        print("x" * 1000)
