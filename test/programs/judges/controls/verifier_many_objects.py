# judge: {"kind": "verifier", "expression": "found", "reference": "300"}
class Entity:
    def __init__(self, name):
        self.name = name
        self.mentions = [name, name.upper()]


found = [Entity("e%d" % number) for number in range(300)]
# verifier:
def verify(value, reference):
    names = {each["fields"]["name"] for each in value if each["fields"]["mentions"][1] == each["fields"]["name"].upper()}
    return None if len(names) == reference else "too few"
