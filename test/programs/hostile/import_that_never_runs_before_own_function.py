# expect: failed_assertion
# The right function is imported where the program never comes by, and a wrong one defined.
def add(a, b):
    return 0

if False:
    from operator import add
