"""What the judge hands to the candidate beside plain data, and what the candidate may do with it: call it, or iterate over it."""
from types import BuiltinFunctionType, FunctionType, MethodType

from .errors import ProtocolError
from .exceptions import final_lines
from .names import name_of
from .plain_bases import VALUE_BASES, plain_base
from .protocol import EXCEPTION, HANDLE, RAISED, RESULT, STOP, SUBCLASS_VALUE
from .verdict import Verdict

NO_DOCUMENTATION = 0xFFFFFFFF
_STARRED = 0x04 | 0x08
"""Flags of a code object that takes any further arguments, and any further named ones."""
_NAMED = (FunctionType, BuiltinFunctionType, MethodType, type)


def type_of(value):
    """What a candidate gets for ``type`` once it may call the tests' functions: one that makes no classes, nor shows a metaclass."""
    if isinstance(value, type):
        raise TypeError("the type of a class stays with the tests")
    return type(value)


class PassedObjects:
    """Objects of the tests by number. ``self._raised`` are the errors of the tests that the candidate was told of."""

    def __init__(self):
        self._passed = []
        self._passed_numbers = {}

    def named(self, value):
        return type_of if value is type and self._passed else value

    def _number(self, value):
        """The number of an object of the tests, and whether it is new."""
        number = self._passed_numbers.get(id(value))
        if number is not None:
            return number, False
        number = self._passed_numbers[id(value)] = len(self._passed)
        self._passed.append(value)
        return number, True

    def passed(self, number):
        """The object of a number that the candidate gave back."""
        if number >= len(self._passed):
            raise ProtocolError("unknown object %d" % number)
        value = self._passed[number]
        if isinstance(value, type) and issubclass(value, type):
            raise ProtocolError("a metaclass of the tests")
        return value

    def encode_passed(self, writer, value):
        """An object of the tests: by its base value if it extends a built-in type, otherwise by number alone."""
        base = None if isinstance(value, type) else plain_base(type(value))
        if isinstance(value, BaseException):
            self._encode_error(writer, value)
        elif base in VALUE_BASES:
            self._encode_value(writer, value, base)
        elif base is not None:
            self.encode_shared(writer, value, base)
        else:
            self._encode_object(writer, value)

    def _encode_value(self, writer, value, base):
        number, new = self._number(value)
        writer.u8(SUBCLASS_VALUE)
        writer.u32(number)
        writer.u8(new)
        if new:
            fields = getattr(type(value), "_fields", ()) if base is tuple else ()
            fields = [field for field in fields if type(field) is str] if type(fields) is tuple else []
            writer.text(type(value).__name__)
            writer.u32(len(fields))
            for field in fields:
                writer.text(field)
            self.encode(writer, VALUE_BASES[base](value))

    def _encode_object(self, writer, value):
        number, new = self._number(value)
        writer.u8(HANDLE)
        writer.u32(number)
        writer.u8(1 if callable(value) else 0)
        writer.u8(1 if hasattr(type(value), "__iter__") or hasattr(type(value), "__getitem__") else 0)
        described = new and isinstance(value, _NAMED)
        writer.u8(described)
        if described:
            self._describe(writer, value)

    def _describe(self, writer, value):
        """How a function is called. Its docstring stays here: what the candidate makes of the function may bear it, unread."""
        writer.text(value.__name__)
        writer.text(value.__qualname__)
        documentation = value.__doc__
        writer.u32(self._number(documentation)[0] if isinstance(documentation, str) else NO_DOCUMENTATION)
        code = value.__code__ if isinstance(value, FunctionType) else None
        writer.u8(code is not None)
        if code is not None:
            count = code.co_argcount + code.co_kwonlyargcount + bin(code.co_flags & _STARRED).count("1")
            for number in (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags & _STARRED,
                           len(value.__defaults__ or ()), count):
                writer.u32(number)
            for place, name in enumerate(code.co_varnames[:count]):
                writer.text(name)
                writer.u8(name in (value.__kwdefaults__ or ()))

    def _encode_error(self, writer, error):
        writer.u8(EXCEPTION)
        self._tell_error(writer, error, error.args)

    def _tell_error(self, writer, error, args):
        """An error of the tests: a number to send it back under, the nearest built-in class, its arguments."""
        known = self.trace_of(error)
        final = final_lines(type(error), error) if known is None else known.final
        name = type(error).__name__ if known is None else known.name
        self._raised.append((error, self._frames_of(error), final, name))
        writer.u32(len(self._raised))
        self.encode(writer, next(parent for parent in type(error).__mro__ if name_of(parent) is not None))
        self.encode(writer, tuple(args))

    def _answer(self, reader):
        """Does what the candidate asks for, and replies."""
        self.decoding = True
        try:
            operation, number = reader.text(), reader.u32()
            args = self.decode(reader)
            kwargs = {reader.text(): self.decode(reader) for _ in range(reader.count(5))}
            reader.finish()
            if operation not in ("call", "iter", "next") or type(args) is not tuple:
                raise ProtocolError("operation '%s' on object %d" % (operation[:20], number))
            target = self.passed(number)
        except ProtocolError:
            raise Verdict("tampering", "protocol violation") from None
        finally:
            self.decoding = False
        try:
            if operation == "call":
                result = target(*args, **kwargs)
            elif operation == "iter":
                result = iter(target)
            else:
                try:
                    result = next(target)
                except StopIteration as stop:
                    self._reply(STOP, stop.value)
                    return
        except Exception as error:
            self._reply_raised(error, about_candidate=bool(args or kwargs))
            return
        del args, kwargs
        self._reply(RESULT, result)

    def _reply(self, kind, value):
        self._send(kind, lambda message: self.encode(message, value))

    def _reply_raised(self, error, about_candidate):
        """Tells of an error of the tests' own callable.

        What an assertion says may be the expected value: it stays here. One about what the candidate gave decides the verdict,
        for the candidate could swallow it.
        """
        asserted = isinstance(error, AssertionError) and not self.is_candidate_error(error)
        if asserted and about_candidate:
            raise Verdict("failed_assertion", error=error)
        self._send(RAISED, lambda message: self._tell_error(message, error, () if asserted else error.args))
