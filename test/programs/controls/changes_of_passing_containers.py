# Changes to containers that only one side still holds when it changes them.
class Stack:
    def __init__(self):
        self.items = []

    def total(self):
        return sum(self.items)

def take_last(rows):
    row = rows.pop()
    row.append(9)
# tests:
stack = Stack()
stack.items.append(4)
stack.items.extend([5])
assert stack.total() == 9 and stack.items == [4, 5]
row = [1]
rows = [row]
take_last(rows)
assert row == [1, 9] and rows == []
