# A solution's own objects that are called like standard modules.
class Line:
    def __init__(self):
        self.waiting = []

    def push(self, item):
        self.waiting.append(item)
        return len(self.waiting)

    def next_one(self):
        return self.waiting.pop(0)

queue = Line()
string = "hello"

def calendar():
    return ["mon"]
# tests:
assert queue.push(1) == 1 and queue.push(2) == 2 and queue.next_one() == 1 and queue.waiting == [2]
assert string.upper() == "HELLO" and calendar() == ["mon"]
