# expect: syntax_error
# A line continuation that would join the first test.
def add(a, b):
    return 0

x = 0 and \
