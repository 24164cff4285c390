# expect: exception
# Waits for input that never comes.
def add(a, b):
    return int(input())
