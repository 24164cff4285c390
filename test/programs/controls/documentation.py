# Docstrings and annotations of functions, classes and objects.
class Documented:
    """A class."""

    size: int = 3

    def method(self) -> str:
        """A method."""
        return ""

class Plain:
    pass

def function(a: int, b: "str" = "x") -> bool:
    """A function."""
    return True

def bare():
    pass
# tests:
assert Documented.__doc__ == "A class." and Documented().__doc__ == "A class." and Documented.method.__doc__ == "A method."
assert Plain.__doc__ is None and bare.__doc__ is None and function.__doc__ == "A function."
assert Documented.__annotations__ == {"size": int} and function.__annotations__ == {"a": int, "b": "str", "return": bool}
assert function.__name__ == "function" and Documented.__name__ == "Documented" and Documented.method.__qualname__ == "Documented.method"
assert function.__defaults__ == ("x",) and function.__code__.co_argcount == 2
