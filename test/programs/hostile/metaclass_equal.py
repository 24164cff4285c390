# expect: failed_assertion
# A class as result whose metaclass compares equal.
class Meta(type):
    def __eq__(cls, other):
        return True

    __hash__ = type.__hash__

class Any(metaclass=Meta):
    pass

def add(a, b):
    return Any
