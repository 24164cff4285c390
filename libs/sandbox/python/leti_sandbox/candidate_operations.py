"""What a judge may ask to have done with the candidate's objects."""
import copy
import math
import operator

from .protocol import BINARY, INPLACE


def _exit(manager, error):
    """Leaves ``manager``; ``error`` is None, or what the candidate itself or a test on purpose had raised."""
    if error is None:
        return bool(type(manager).__exit__(manager, None, None, None))
    return bool(type(manager).__exit__(manager, type(error), error, error.__traceback__))


def _fields(target):
    """Names and values of what ``target`` itself holds: its ``__dict__`` and slots, and the arguments of an exception."""
    found = {}
    if isinstance(target, BaseException):
        found["args"] = tuple(target.args)
    for cls in reversed(type(target).__mro__):
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            mangled = "_%s%s" % (cls.__name__.lstrip("_"), name) if name.startswith("__") and not name.endswith("__") else name
            try:
                found[mangled] = object.__getattribute__(target, mangled)
            except AttributeError:
                pass
    try:
        found.update(object.__getattribute__(target, "__dict__"))
    except AttributeError:
        pass
    names = tuple(name for name in found if type(name) is str and not name.startswith("__"))
    return names, tuple(found[name] for name in names)


def _run(awaitable):
    """Waits for ``awaitable`` in the program's loop, which is made when first needed."""
    import asyncio

    global _loop
    if _loop is None or _loop.is_closed():
        _loop = asyncio.new_event_loop()
        asyncio.set_event_loop(_loop)
    return _loop.run_until_complete(_await(awaitable))


_loop = None


async def _await(awaitable):
    return await awaitable


async def _anext(iterator):
    return await type(iterator).__anext__(iterator)


def _leave_async(manager, error):
    kind = None if error is None else type(error)
    return bool(_run(type(manager).__aexit__(manager, kind, error, None if error is None else error.__traceback__)))


OPERATIONS = {
    "fields": _fields,
    "call": lambda *args, **kwargs: args[0](*args[1:], **kwargs),
    "getattr": getattr, "setattr": setattr, "delattr": delattr,
    "getitem": operator.getitem, "setitem": operator.setitem, "delitem": operator.delitem,
    "missing": lambda target, key: type(target).__missing__(target, key),
    "iter": iter, "next": next, "len": len, "str": str, "repr": repr, "format": format, "bool": bool, "bytes": bytes, "dir": dir,
    "abs": abs, "neg": operator.neg, "pos": operator.pos, "invert": operator.invert, "index": operator.index,
    "int": int, "float": float, "complex": complex, "round": round, "reversed": reversed, "length_hint": operator.length_hint,
    "trunc": math.trunc, "floor": math.floor, "ceil": math.ceil,
    "enter": lambda manager: type(manager).__enter__(manager), "exit": _exit, "divmod": divmod, "pow": pow,
    "and": operator.and_, "or": operator.or_,
    "contains": operator.contains, "copy": copy.copy, "deepcopy": copy.deepcopy,
    "isinstance": lambda cls, value: isinstance(value, cls), "issubclass": lambda cls, other: issubclass(other, cls),
    "send": lambda generator, value: generator.send(value), "throw": lambda generator, error: generator.throw(error),
    "close": lambda generator: generator.close(),
    "await": _run, "aiter": lambda target: type(target).__aiter__(target), "anext": lambda target: _run(_anext(target)),
    "aenter": lambda manager: _run(type(manager).__aenter__(manager)), "aexit": _leave_async,
    **{name: getattr(operator, name) for name in BINARY.values() if name not in ("divmod", "pow", "and", "or")},
    **{name: getattr(operator, name) for name in INPLACE.values()},
}
"""Operation to function; the object comes first."""
