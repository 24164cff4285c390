# expect: failed_assertion | exception
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Attack:
    __slots__ = ("place",)


Attack.place = property(lambda self: Attack())
event = Attack()

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
