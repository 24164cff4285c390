# expect: failed_assertion
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Attack:
    pass


class Other:
    place = "Berlin"
    __class__ = Attack

    def __init__(self):
        self.__dict__["place"] = "Berlin"


event = Other()

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
