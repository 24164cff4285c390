# expect: failed_assertion | memory_exceeded | cpu_timeout | early_exit
# judge: {"kind": "verifier", "expression": "event", "reference": "\"Berlin\""}
class Attack:
    pass


event = Attack()
for number in range(3_000_000):
    event.__dict__["f%d" % number] = number

# verifier:
def verify(value, reference):
    if type(value) is not dict or value.get("class") != "Attack":
        return "expected an Attack"
    if value["fields"].get("place") != reference:
        return "wrong place"
