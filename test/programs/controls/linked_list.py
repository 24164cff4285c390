# A structure that the tests build and change by attributes.
class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next

def reverse(head):
    last = None
    while head:
        head.next, last, head = last, head, head.next
    return last

def values(head):
    found = []
    while head:
        found.append(head.value)
        head = head.next
    return found
# tests:
a, b = Node(1), Node(2)
a.next = b
b.next = Node(3)
assert values(a) == [1, 2, 3] and a.next is b and a.next.next.value == 3
assert values(reverse(a)) == [3, 2, 1] and a.next is None
