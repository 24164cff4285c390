# Structures with many references to the same parts: trees with parents, graphs, linked pairs, shared tables.
class Node:
    def __init__(self, value, parent=None):
        self.value, self.parent, self.children = value, parent, []
        if parent is not None:
            parent.children.append(self)

def build():
    root = Node("root")
    for name in "ab":
        Node(name + "1", Node(name, root))
    return root

def connect(graph, a, b):
    graph.setdefault(a, set()).add(b)
    graph.setdefault(b, set()).add(a)

def reachable(graph, start):
    seen, left = set(), [start]
    while left:
        node = left.pop()
        if node not in seen:
            seen.add(node)
            left.extend(graph.get(node, ()))
    return seen

def table():
    row = [0, 0]
    return [row] * 2, [list(row) for _ in range(2)]

def rotate(matrix):
    matrix[:] = [list(row) for row in zip(*matrix[::-1])]

def prune(tree):
    for key in list(tree):
        if tree[key] == {}:
            del tree[key]
        else:
            prune(tree[key])
# tests:
root = build()
leaf = root.children[0].children[0]
assert leaf.value == "a1" and leaf.parent.parent is root and [child.value for child in root.children] == ["a", "b"]
leaf.parent.children.append(root)
assert root.children[0].children[1] is root
graph = {}
connect(graph, 1, 2)
connect(graph, 2, 3)
assert graph == {1: {2}, 2: {1, 3}, 3: {2}} and reachable(graph, 1) == {1, 2, 3}
same, apart = table()
same[0][0] = apart[0][0] = 1
assert same == [[1, 0], [1, 0]] and apart == [[1, 0], [0, 0]]
matrix = [[1, 2], [3, 4]]
row = matrix[0]
rotate(matrix)
assert matrix == [[3, 1], [4, 2]] and row == [1, 2] and matrix[0] is not row
tree = {"a": {}, "b": {"c": {}}, "d": {"e": {"f": {}}}}
inner = tree["d"]
prune(tree)
assert tree == {"b": {}, "d": {"e": {}}} and tree["d"] is inner
