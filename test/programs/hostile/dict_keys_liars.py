# expect: failed_assertion
# A dict whose keys claim to be the ones looked for.
class Any:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("a")

def items():
    return {Any(1): 1}
# tests:
assert items().get("a") == 1
