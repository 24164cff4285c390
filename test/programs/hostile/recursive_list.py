# expect: failed_assertion | exception
# A list that holds itself, where the test compares deeply.
def items():
    found = []
    found.append(found)
    return found
# tests:
assert items() == [[[[]]]]
