# expect: failed_assertion
# An object that claims to be an int.
class Any:
    __class__ = int

    def __eq__(self, other):
        return True

def add(a, b):
    return Any()
