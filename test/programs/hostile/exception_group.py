# expect: exception | early_exit
# A group of exceptions that holds an exit among others.
import builtins

def add(a, b):
    if not hasattr(builtins, "BaseExceptionGroup"):
        raise SystemExit(0)
    raise BaseExceptionGroup("all", [SystemExit(0), ValueError()])
# tests:
try:
    add(1, 2)
except BaseException:
    pass
