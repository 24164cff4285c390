# expect: failed_assertion
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Attack:
    def __init__(self):
        self.place = self


event = Attack()

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
