"""Message kinds, value tags and special operations that candidate and judge share."""

REQUEST, RESULT, STOP, RAISED, INVALID, TOO_LARGE = range(1, 7)
"""Message kinds. STOP answers ``next`` at the end of an iterator; INVALID says that the solution does not compile."""

HANDLE, YOURS, CLASS, KNOWN_CLASS, SUBCLASS_VALUE, SUBCLASS_CONTAINER, EXCEPTION = b"hyKkVWX"
"""Tags beyond plain values: an object of the sender, one of the receiver, classes, built-in sub-classes, built-in exceptions."""

RESUMING = ("next", "send", "throw")
"""Operations that STOP may answer."""

UNTOLD, TOLD, SAME = range(3)
"""Whether an exception's cause or context follows, or the context is the cause."""

MAX_CHAIN = 4
"""Causes and contexts of an exception that travel with it, one after the other."""

NO_HASH, OWN_HASH, IDENTITY_HASH = range(3)
"""How an object hashes: not at all, by the value that follows, or by identity."""

ORDINARY, EXIT, BASE_ONLY, STOP_ITERATION = range(4)
"""Classes of exceptions: an Exception, SystemExit, another BaseException, StopIteration."""

BY_BYTES, BY_DEPTH = range(2)
"""Why a value cannot travel."""

UNARY = {
    "__neg__": "neg", "__pos__": "pos", "__abs__": "abs", "__invert__": "invert", "__int__": "int", "__float__": "float",
    "__complex__": "complex", "__index__": "index", "__bool__": "bool", "__len__": "len", "__str__": "str", "__repr__": "repr",
    "__iter__": "iter", "__next__": "next", "__reversed__": "reversed", "__trunc__": "trunc", "__floor__": "floor",
    "__ceil__": "ceil", "__enter__": "enter", "__bytes__": "bytes", "__length_hint__": "length_hint", "__aiter__": "aiter",
}
"""Special methods without an operand, and the operation that asks for each."""

WITH_ARGUMENTS = {
    "__call__": "call", "__getitem__": "getitem", "__setitem__": "setitem", "__delitem__": "delitem", "__missing__": "missing",
    "__format__": "format", "__round__": "round",
}
"""Special methods whose arguments are inputs, as a call's are; they may be plain values of the tests."""

BINARY = {
    "__%s__" % name: name
    for name in "eq ne lt le gt ge add sub mul truediv floordiv mod divmod pow matmul and or xor lshift rshift".split()
}
"""Operators; both operands must be objects of the candidate."""

REFLECTED = {
    "__r%s__" % operation: operation for operation in BINARY.values() if operation not in "eq ne lt le gt ge".split()
}

INPLACE = {"__i%s__" % name: "i" + name for name in "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split()}
"""Operators that may change their left operand; both operands must be objects of the candidate."""

LATER = {"__anext__": "anext", "__aenter__": "aenter"}
"""Special methods whose result a test awaits: the candidate waits for it in a loop of its own."""

SPECIAL_METHODS = frozenset(
    [*UNARY, *WITH_ARGUMENTS, *BINARY, *REFLECTED, *INPLACE, *LATER, "__await__", "__aexit__", "__exit__", "__contains__"]
)
"""Every special method that a class description may name."""
