# expect: failed_assertion | exception | tampering
# Classes whose special attributes are made to break whoever describes them.
class Meta(type):
    @property
    def __mro__(cls):
        raise RuntimeError

    @property
    def __name__(cls):
        return 5

    @property
    def __bases__(cls):
        return (3, 4)

    @property
    def __dict__(cls):
        return None

    def mro(cls):
        return [cls, object]

class Any(metaclass=Meta):
    pass

def add(a, b):
    return Any()
