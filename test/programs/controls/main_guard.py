# What stands behind the main guard does not run.
def add(a, b):
    return a + b

if __name__ == "__main__":
    import sys
    sys.exit(add(1, int(input())))
# tests:
assert add(1, 2) == 3
