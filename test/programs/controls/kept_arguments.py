# An object keeps a list that the test gave it; both see later changes.
class Stack:
    def __init__(self, items):
        self.items = items

    def push(self, item):
        self.items.append(item)
        return self

    def total(self):
        return sum(self.items)
# tests:
items = [1]
stack = Stack(items)
stack.push(2).push(3)
assert items == [1, 2, 3] and stack.items is items
items.append(10)
assert stack.total() == 16
stack.items.clear()
assert items == [] and stack.total() == 0
