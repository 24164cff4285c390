# expect: early_exit
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Attack:
    __slots__ = ("place",)


def leave(self):
    raise SystemExit(0)


Attack.place = property(leave)
event = Attack()

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
