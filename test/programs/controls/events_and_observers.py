# Callbacks of the tests that are kept, called in order, and call back into the program.
class Bus:
    def __init__(self):
        self._handlers = {}

    def on(self, name, handler=None):
        if handler is None:
            return lambda function: self.on(name, function)
        self._handlers.setdefault(name, []).append(handler)
        return handler

    def off(self, name, handler):
        self._handlers[name].remove(handler)

    def emit(self, name, *args, **kwargs):
        return [handler(*args, **kwargs) for handler in list(self._handlers.get(name, ()))]

class Property:
    def __init__(self, value):
        self._value, self._watchers = value, []

    def watch(self, watcher):
        self._watchers.append(watcher)

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, value):
        old, self._value = self._value, value
        for watcher in self._watchers:
            watcher(old, value)

def retry(function, times):
    for attempt in range(times):
        try:
            return function()
        except ValueError as error:
            last = error
    raise last

def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return type(error).__name__, str(error)
# tests:
bus, log = Bus(), []

@bus.on("add")
def handler(a, b=0):
    log.append((a, b))
    if a < 2:
        bus.emit("add", a + 1, b=b)
    return a + b

second = bus.on("add", lambda a, b=0: a * 10)
assert bus.emit("add", 1, b=5) == [6, 10] and log == [(1, 5), (2, 5)] and handler(9) == 9
bus.off("add", second)
assert bus.emit("add", 7) == [7] and bus.emit("nothing") == []
seen = []
p = Property(1)
p.watch(lambda old, new: seen.append((old, new)))
p.value = 2
p.value += 1
assert seen == [(1, 2), (2, 3)] and p.value == 3
tries = []

def flaky():
    tries.append(1)
    if len(tries) < 3:
        raise ValueError("not yet")
    return "done"

assert retry(flaky, 5) == "done" and len(tries) == 3
try:
    retry(lambda: int("x"), 2)
    assert False
except ValueError as error:
    assert "invalid literal" in str(error)
assert attempt(lambda x: 1 / x, 0) == ("ZeroDivisionError", "division by zero") and attempt(abs, -1) == 1

def failing():
    assert False, "on purpose"

assert attempt(failing)[0] == "AssertionError"
