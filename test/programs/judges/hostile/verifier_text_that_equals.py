# expect: failed_assertion
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Text(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = str.__hash__


class Attack:
    def __init__(self):
        self.place = Text("Paris")


event = Attack()

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
