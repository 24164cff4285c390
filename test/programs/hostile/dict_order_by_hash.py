# expect: failed_assertion
# A dict whose keys have the hash of the expected keys and claim to be them.
class Key(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("a")

def items():
    return {Key("zzz"): 1}
# tests:
assert items() == {"a": 1} or "a" in items()
