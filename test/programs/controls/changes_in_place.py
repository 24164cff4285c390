# Arguments that are changed in place, nested and under several names.
def fill(matrix):
    for row in matrix:
        row.append(0)
    matrix.append([9])

def swap(pair):
    pair[0], pair[1] = pair[1], pair[0]

def link(a, b):
    a.append(b)
    return a

def clear(d, s, b):
    d.clear()
    s.add(4)
    b[0] = 65
# tests:
row = [1]
matrix = [row, row]
fill(matrix)
assert row == [1, 0, 0] and matrix == [[1, 0, 0], [1, 0, 0], [9]] and matrix[0] is matrix[1]
pair = [1, 2]
assert swap(pair) is None and pair == [2, 1]
a, b = [], []
assert link(a, b) is a
b.append(5)
assert a == [[5]]
d, s, data = {"x": 1}, {3}, bytearray(b"abc")
clear(d, s, data)
assert d == {} and s == {3, 4} and data == b"Abc"
