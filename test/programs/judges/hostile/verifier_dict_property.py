# expect: failed_assertion
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Attack:
    def __init__(self, place):
        self.place = place

    def __getattribute__(self, name):
        if name == "__dict__":
            return {"place": "Berlin"}
        return object.__getattribute__(self, name)


event = Attack("Paris")

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
