# judge: {"kind": "verifier", "expression": "tree", "reference": ""}
class Node:
    def __init__(self, value, children=()):
        self.value = value
        self.children = list(children)


leaf = Node(3)
tree = Node(1, [leaf, Node(2, [leaf])])
# verifier:
def total(node):
    return node["fields"]["value"] + sum(map(total, node["fields"]["children"]))


def verify(value, reference):
    return None if reference is None and total(value) == 9 else f"got {total(value)}"
