# expect: failed_assertion
# Dates whose comparison, difference and fields lie.
from datetime import date, timedelta

class Liar(date):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return timedelta(0)

    __rsub__ = __sub__

    def __le__(self, other):
        return True

    __ge__ = __lt__ = __gt__ = __le__
    __hash__ = date.__hash__

def tomorrow(day):
    return Liar(1999, 1, 1)
# tests:
from datetime import date, timedelta
assert tomorrow(date(2024, 1, 1)) == date(2024, 1, 2) or tomorrow(date(2024, 1, 1)) - date(2024, 1, 2) == timedelta(0)
