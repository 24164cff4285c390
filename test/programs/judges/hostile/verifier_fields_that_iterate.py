# expect: early_exit
# judge: {"kind": "verifier", "expression": "event"}
class Fields(dict):
    def __iter__(self):
        raise SystemExit(0)

    keys = items = values = __iter__


class Event:
    pass


event = Event()
event.__dict__ = Fields(place="Berlin")

# verifier:
def verify(value, reference):
    return None
