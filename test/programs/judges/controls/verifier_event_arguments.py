# prompt: "from __future__ import annotations\nfrom typing import List\n\n\nclass Entity:\n    def __init__(self, name: str):\n        self.name = name\n\n\nclass Event:\n    def __init__(self, name: str):\n        self.name = name\n\n\nclass GPE(Entity):\n    pass\n\n\nclass PER(Entity):\n    pass\n\n\nclass VEH(Entity):\n    pass\n\n\nclass Transport(Event):\n    def __init__(self, artifact: List[PER] = [], destination: List[GPE] = [], vehicle: List[VEH] = []):\n        super().__init__('Transport')\n        self.artifact = artifact\n        self.destination = destination\n        self.vehicle = vehicle\n\n\n\"\"\"\nTranslate the following sentence into an instance of Transport. The trigger word is marked with **.\n\"The mayor **flew** to Oslo in an old plane.\"\n\"\"\"\ntransport_event = Transport(\n"
# judge: {"kind": "verifier", "expression": "transport_event", "reference": "{\"sentence\": \"The mayor flew to Oslo in an old plane .\", \"arguments\": [[\"artifact\", \"mayor\"], [\"destination\", \"Oslo\"], [\"vehicle\", \"plane\"]]}"}
    artifact=[PER("The mayor")],
    destination=[GPE("Oslo")],
    vehicle=[VEH("an old plane")],
)
# verifier:
def verify(event, reference):
    gold = {tuple(pair) for pair in reference["arguments"]}
    heads = {head for _, head in gold}
    found = set()
    for role, members in sorted(event["fields"].items()):
        if role == "name":
            continue
        if type(members) not in (list, tuple, set):
            return f"expected a list of entities for role {role}, got {type(members).__name__}"
        for member in members:
            if type(member) is not dict or type(member["fields"].get("name")) is not str:
                return f"expected entities with a .name for role {role}"
            text = member["fields"]["name"]
            if text not in reference["sentence"]:
                return f"{text!r} is not in the sentence"
            head = text.split()[-1]
            if head not in heads:
                return f"identified argument {text!r} matches no ground truth"
            if (role, head) not in gold:
                return f"correctly identified argument {text!r} has wrong role {role}"
            found.add((role, head))
    if found != gold:
        return f"only {len(found)} of {len(gold)} arguments identified: {sorted(text for _, text in found)}"
