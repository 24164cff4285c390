# Causes, contexts, attributes and notes of exceptions.
class ConfigError(Exception):
    def __init__(self, path, line=None):
        super().__init__("%s:%s" % (path, line))
        self.path = path
        self.line = line

def load(text):
    try:
        return int(text)
    except ValueError as error:
        raise ConfigError("a.txt", line=3) from error

def during():
    try:
        {}["x"]
    except KeyError:
        raise ValueError("bad")

def quiet():
    try:
        1 / 0
    except ZeroDivisionError:
        raise TypeError("other") from None

def marked():
    error = ValueError("marked")
    error.code = 7
    raise error

def missing():
    open("missing.txt")

def unknown():
    import no_such_module_here

def collected(tasks):
    found = []
    for task in tasks:
        try:
            task()
        except Exception as error:
            found.append(error)
    return found

def rethrow(error):
    raise error
# tests:
try:
    load("x")
    assert False
except ConfigError as error:
    assert error.path == "a.txt" and error.line == 3 and isinstance(error.__cause__, ValueError) and "x" in str(error.__cause__)
    assert error.__context__ is error.__cause__ and error.__suppress_context__
try:
    during()
except ValueError as error:
    assert error.__cause__ is None and type(error.__context__) is KeyError and error.__context__.args == ("x",)
try:
    quiet()
except TypeError as error:
    assert error.__cause__ is None and error.__suppress_context__ and isinstance(error.__context__, ZeroDivisionError)
try:
    marked()
except ValueError as error:
    assert error.code == 7
try:
    missing()
    assert False
except OSError as error:
    assert isinstance(error, FileNotFoundError) and error.errno == 2 and error.filename == "missing.txt" and "missing.txt" in str(error)
try:
    unknown()
    assert False
except ImportError as error:
    assert error.name == "no_such_module_here" and isinstance(error, ModuleNotFoundError)

class TestError(LookupError):
    def __init__(self, place):
        super().__init__(place)
        self.place = place

def fail():
    raise TestError(5)

first, second = collected([fail, lambda: 1 / 0])
assert isinstance(first, TestError) and first.place == 5 and type(second) is ZeroDivisionError and str(second) == "division by zero"
given = TestError(6)
try:
    rethrow(given)
    assert False
except TestError as error:
    assert error is given
try:
    rethrow(KeyError("k"))
except KeyError as error:
    assert error.args == ("k",)
