# expect: failed_assertion
# A metaclass that claims every object as an instance, asked about a plain value.
class Meta(type):
    def __instancecheck__(cls, value):
        return True

    def __subclasscheck__(cls, other):
        return True

class Number(metaclass=Meta):
    pass

def add(a, b):
    return "no"
# tests:
assert isinstance(add(1, 2), Number) and issubclass(int, Number)
