# The tests drive coroutines and generators without a loop.
class Ready:
    def __await__(self):
        received = yield "waiting"
        return received

async def wait():
    return await Ready() + 1

def averager():
    total = count = 0
    average = None
    while True:
        value = yield average
        if value is None:
            return total, count
        total += value
        count += 1
        average = total / count

def stubborn():
    try:
        yield 1
    except ValueError as error:
        yield "caught " + str(error)
    finally:
        pass
# tests:
coroutine = wait()
assert coroutine.send(None) == "waiting"
try:
    coroutine.send(41)
    assert False
except StopIteration as stop:
    assert stop.value == 42
g = averager()
next(g)
assert g.send(10) == 10 and g.send(20) == 15
try:
    g.send(None)
    assert False
except StopIteration as stop:
    assert stop.value == (30, 2)
s = stubborn()
assert next(s) == 1 and s.throw(ValueError("x")) == "caught x"
s.close()

def delegate():
    result = yield from averager()
    return result

d = delegate()
next(d)
d.send(4)
try:
    d.send(None)
except StopIteration as stop:
    assert stop.value == (4, 1)
