"""The candidate's side of the channel: runs the solution, keeps its objects as handles, answers the judge's requests.

Everything here is within reach of hostile code. It holds no secret, and the judge believes nothing it sends.
"""
import operator
import sys
import threading

from .errors import ProtocolError, TooDeepError, TooLargeError
from .exceptions import PROGRAM_FILE, final_lines, program_frames
from .judge_object import JUDGE_OBJECTS, JudgeError, JudgeObject
from .names import name_of
from .plain_bases import VALUE_BASES, is_shared_base, plain_base
from .protocol import (BASE_ONLY, BINARY, BY_BYTES, BY_DEPTH, CLASS, EXCEPTION, EXIT, HANDLE, IDENTITY_HASH, INVALID, KNOWN_CLASS,
                       NO_HASH, ORDINARY, OWN_HASH, RAISED, REQUEST, RESULT, SPECIAL_METHODS, STOP, STOP_ITERATION,
                       SUBCLASS_CONTAINER, SUBCLASS_VALUE, TOO_LARGE, YOURS)
from .values import Values
from .wire import FRAMES_PER_LEVEL, MAX_DEPTH, Writer

_NO_HANDLE = 0xFFFFFFFF


class InvalidSolution(Exception):
    """The solution does not compile; ``__cause__`` says why."""


class Candidate(Values):
    """Serves one judge until the process is killed."""

    def __init__(self, channel, source):
        super().__init__(first_number=1)
        self.channel = channel
        self.source = source
        self.namespace = {}
        self.objects = []
        self._handles = {}
        self._classes = {}
        self._judge_objects = {}
        self._turn = threading.RLock()

    # Serving -----------------------------------------------------------------------------------------------------

    def serve(self):
        while True:
            self._answer(*self.open(self.channel.receive()))

    def _answer(self, kind, reader):
        if kind != REQUEST:
            raise ProtocolError("expected a request, got message kind %d" % kind)
        operation = reader.text()
        args = self.decode(reader)
        kwargs = {reader.text(): self.decode(reader) for _ in range(reader.count())}
        try:
            reply = self._perform(operation, args, kwargs)
        except TooLargeError as error:
            self.abandon()
            reply = Writer()
            reply.u8(TOO_LARGE)
            reply.u8(BY_DEPTH if isinstance(error, TooDeepError) else BY_BYTES)
        self.channel.send(reply.data)
        self.sent()

    def _perform(self, operation, args, kwargs):
        try:
            if operation == "start":
                result = self._start(*args)
            elif operation == "next":
                # Told apart from a StopIteration that a plain call lets out.
                try:
                    result = next(*args)
                except StopIteration as stop:
                    reply = self.begin(STOP)
                    self.encode(reply, stop.value)
                    return reply
            else:
                result = _OPERATIONS[operation](*args, **kwargs)
            del args, kwargs
            return self._result(result)
        except TooLargeError:
            raise
        except InvalidSolution as invalid:
            if isinstance(invalid.__cause__, SyntaxError):
                invalid.__cause__.offset = None
            return self._raised(INVALID, invalid.__cause__)
        except BaseException as error:
            return self._raised(RAISED, error)

    def _result(self, result):
        # The program may stand at its own limit of depth; carrying its result takes some more.
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + FRAMES_PER_LEVEL * MAX_DEPTH)
        try:
            reply = self.begin(RESULT)
            self.encode(reply, result)
            return reply
        finally:
            sys.setrecursionlimit(limit)

    def _start(self, names, present):
        """Executes the solution; returns the pairs of those ``names`` that it defined, and those of ``present`` without a value."""
        try:
            code = compile(self.source, PROGRAM_FILE, "exec", dont_inherit=True)
        except BaseException as error:
            raise InvalidSolution from error
        exec(code, self.namespace)
        return tuple((name, None if name in present else self.namespace[name]) for name in names + present if name in self.namespace)

    # Calling back ------------------------------------------------------------------------------------------------

    def ask(self, operation, target, args=(), kwargs=None):
        """Calls or iterates an object that a test passed in; nothing else can be asked."""
        with self._turn:
            request = self.begin(REQUEST)
            request.text(operation)
            request.u32(target)
            self.encode(request, tuple(args))
            kwargs = kwargs or {}
            request.u32(len(kwargs))
            for name, value in kwargs.items():
                request.text(name)
                self.encode(request, value)
            self.channel.send(request.data)
            self.sent()
            while True:
                kind, reader = self.open(self.channel.receive())
                if kind == RESULT:
                    return self.decode(reader)
                if kind == STOP:
                    raise StopIteration(self.decode(reader))
                if kind == RAISED:
                    raise self._judge_error(reader)
                self._answer(kind, reader)

    def _judge_error(self, reader):
        origin = reader.u32()
        kind = self.decode(reader)
        args = self.decode(reader)
        error = JudgeError.make(kind, args)
        error.leti_origin = origin
        return error

    # Exceptions --------------------------------------------------------------------------------------------------

    def _raised(self, kind, error):
        self.abandon()
        trace = error.__traceback__
        cls = type(error)
        message = self.begin(kind)
        if isinstance(error, SystemExit):
            message.u8(EXIT)
        elif isinstance(error, StopIteration):
            message.u8(STOP_ITERATION)
        else:
            message.u8(ORDINARY if isinstance(error, Exception) else BASE_ONLY)
        self._encode_class(message, cls)
        self.encode(message, tuple(error.args) if type(error.args) is tuple else ())
        own = name_of(cls) is None
        message.u32(self._handle(error)[0] if own else _NO_HANDLE)
        message.u32(getattr(error, "leti_origin", 0) if not own else 0)
        message.text(final_lines(cls, error))
        message.text(cls.__name__[:256])
        frames = program_frames(trace)
        message.u32(len(frames))
        for line, name, count in frames:
            message.u32(max(0, line))
            message.text(name[:256])
            message.u32(count)
        # The frames hold every local of the failed call; the judge has what it needs of them.
        error.__traceback__ = None
        return message

    # Objects -----------------------------------------------------------------------------------------------------

    def encode_other(self, writer, value):
        kind = type(value)
        if kind in JUDGE_OBJECTS:
            writer.u8(YOURS)
            writer.u32(JudgeObject.number(value))
        elif issubclass(kind, type):
            self._encode_class(writer, value)
        elif issubclass(kind, BaseException) and name_of(kind) is not None:
            writer.u8(EXCEPTION)
            self._encode_class(writer, kind)
            self.encode(writer, tuple(value.args))
        else:
            self._encode_object(writer, value, kind)

    def _encode_object(self, writer, value, kind):
        base = plain_base(kind)
        if base is None:
            writer.u8(HANDLE)
            if self._encode_handle(writer, value, kind):
                self._encode_hash(writer, value, kind)
        elif base in VALUE_BASES:
            writer.u8(SUBCLASS_VALUE)
            if self._encode_handle(writer, value, kind):
                self.encode(writer, VALUE_BASES[base](value))
        elif id(value) in self.shared.numbers:
            self.encode_shared(writer, value, base)
        else:
            writer.u8(SUBCLASS_CONTAINER)
            self._encode_handle(writer, value, kind)
            self.encode_shared(writer, value, base, pinned=True)

    def _encode_handle(self, writer, value, kind):
        """Number, then the class if the judge has not seen the object; returns whether it is new."""
        number, new = self._handle(value)
        writer.u32(number)
        writer.u8(1 if new else 0)
        if new:
            self._encode_class(writer, kind, described=True)
        return new

    def _handle(self, value):
        number = self._handles.get(id(value))
        if number is not None:
            return number, False
        number = len(self.objects)
        self.objects.append(value)
        self._handles[id(value)] = number
        return number, True

    def _encode_hash(self, writer, value, kind):
        method = getattr(kind, "__hash__", None)
        if method is None:
            writer.u8(NO_HASH)
        elif method is object.__hash__:
            writer.u8(IDENTITY_HASH)
        else:
            try:
                number = hash(value)
            except Exception:
                writer.u8(NO_HASH)
                return
            writer.u8(OWN_HASH)
            writer.i64(number)

    def _encode_class(self, writer, cls, described=False):
        """A class by name or number, or described; ``described`` even where it has a name, for it to stand in for an object's."""
        name = None if described else name_of(cls)
        if name is not None:
            self.encode(writer, cls)
            return
        number = self._classes.get(cls)
        if number is not None:
            writer.u8(KNOWN_CLASS)
            writer.u32(number)
            return
        writer.u8(CLASS)
        writer.enter()
        handle, _ = self._handle(cls)
        self._classes[cls] = handle
        writer.u32(handle)
        writer.text(cls.__name__[:256])
        writer.text(cls.__qualname__[:1024])
        bases = [base for base in cls.__bases__ if base is not object]
        writer.u32(len(bases))
        for base in bases:
            self._encode_class(writer, base)
        methods = _special_methods(cls)
        writer.u32(len(methods))
        for method in methods:
            writer.text(method)
        writer.leave()

    def decode_other(self, reader, tag):
        number = reader.u32()
        if tag == YOURS:
            return self.objects[number]
        if tag == HANDLE:
            can_call, can_iterate = reader.u8(), reader.u8()
            known = self._judge_objects.get(number)
            if known is None:
                known = self._judge_objects[number] = JudgeObject.make(self, number, bool(can_call), bool(can_iterate))
            return known
        raise ProtocolError("unknown tag %d" % tag)


def _special_methods(cls):
    """Special methods of ``cls`` from it or a parent that is no plain built-in type, and what of the built-in they override."""
    base = plain_base(cls)
    inherited = () if base is None else [name for name in dir(base) if not name.startswith("__")]
    found = set()
    for parent in cls.__mro__:
        if not is_shared_base(parent):
            found.update(SPECIAL_METHODS.intersection(vars(parent)), vars(parent).keys() & set(inherited))
    return sorted(name for name in found if getattr(cls, name, None) is not None)


def _exit(manager, described):
    """Leaves ``manager``; ``described`` is None or (class, args) of an exception that the candidate itself had raised."""
    if described is None:
        return bool(type(manager).__exit__(manager, None, None, None))
    error = JudgeError.make(*described)
    return bool(type(manager).__exit__(manager, type(error), error, None))


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


def _import_values():
    import math

    return {"trunc": math.trunc, "floor": math.floor, "ceil": math.ceil}


_OPERATIONS = {
    "call": lambda *args, **kwargs: args[0](*args[1:], **kwargs),
    "getattr": getattr, "setattr": setattr, "delattr": delattr,
    "getitem": operator.getitem, "setitem": operator.setitem, "delitem": operator.delitem,
    "missing": lambda target, key: type(target).__missing__(target, key),
    "iter": iter, "len": len, "str": str, "repr": repr, "format": format, "bool": bool, "bytes": bytes, "dir": dir,
    "abs": abs, "neg": operator.neg, "pos": operator.pos, "invert": operator.invert, "index": operator.index,
    "int": int, "float": float, "complex": complex, "round": round, "reversed": reversed, "length_hint": operator.length_hint,
    "fields": _fields, "enter": lambda manager: type(manager).__enter__(manager), "exit": _exit, "divmod": divmod, "pow": pow,
    "and": operator.and_, "or": operator.or_,
    **{name: getattr(operator, name) for name in BINARY.values() if name not in ("divmod", "pow", "and", "or")},
    **_import_values(),
}


def run_candidate(channel, source):
    """Runs ``source`` for the judge at the other end of ``channel``; returns when the judge is gone."""
    candidate = Candidate(channel, source)
    # The program gets the interpreter's usual depth on top of the frames that serve it.
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(1000 + depth + 3)
    candidate.serve()
