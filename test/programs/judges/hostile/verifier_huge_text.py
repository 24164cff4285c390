# expect: failed_assertion | memory_exceeded | cpu_timeout
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Attack:
    def __init__(self):
        self.place = ["x" * (1 << 20)] * 1000 + ["y" * (1 << 27)]


event = Attack()

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
