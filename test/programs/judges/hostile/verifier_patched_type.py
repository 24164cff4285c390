# expect: failed_assertion
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Meta(type):
    def __getattribute__(cls, name):
        return "Attack" if name == "__name__" else type.__getattribute__(cls, name)

    @property
    def __mro__(cls):
        return ()


class Other(metaclass=Meta):
    def __init__(self):
        self.place = "Paris"


event = Other()

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
