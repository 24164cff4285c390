# Arrays, memory views and bytearrays, and views of the tests' own buffers.
from array import array

def squares(n):
    return array("i", [i * i for i in range(n)])

def view(data):
    return memoryview(data)[1:3]

def first(data):
    return memoryview(data)[0]

def double(numbers):
    for place, number in enumerate(numbers):
        numbers[place] = 2 * number

def zero(data):
    with memoryview(data) as inner:
        inner[0] = 0
    return data

def joined(parts):
    found = bytearray()
    for part in parts:
        found += part
    return found
# tests:
from array import array
assert squares(4) == array("i", [0, 1, 4, 9]) and list(squares(3)) == [0, 1, 4] and squares(3).typecode == "i" and squares(3)[2] == 4
assert view(b"abcd") == b"bc" and bytes(view(b"abcd")) == b"bc" and view(b"abcd").tolist() == [98, 99] and len(view(b"abcd")) == 2
numbers = array("d", [1.0, 2.0])
assert double(numbers) is None and numbers == array("d", [2.0, 4.0])
data = bytearray(b"xyz")
assert zero(data) is data and data == b"\0yz" and first(data) == 0
assert joined([b"a", bytearray(b"b"), memoryview(b"c")]) == b"abc"
