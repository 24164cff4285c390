"""The candidate's side of the channel: runs the solution, keeps its objects as handles, answers the judge's requests.

Everything here is within reach of hostile code. It holds no secret, and the judge believes nothing it sends.
"""
import sys
import threading

from .errors import ProtocolError, TooDeepError, TooLargeError
from .exceptions import PROGRAM_FILE, final_lines, program_frames
from .candidate_operations import OPERATIONS
from .judge_object import JUDGE_OBJECTS, FunctionDescription, JudgeError, JudgeObject, make_judge_value
from .names import name_of
from .plain_bases import VALUE_BASES, is_shared_base, plain_base
from .protocol import (BASE_ONLY, BY_BYTES, BY_DEPTH, CLASS, EXCEPTION, EXIT, HANDLE, IDENTITY_HASH, INVALID, KNOWN_CLASS, MAX_CHAIN,
                       NO_HASH, ORDINARY, OWN_HASH, RAISED, REQUEST, RESULT, RESUMING, SPECIAL_METHODS, STOP, SAME, STOP_ITERATION,
                       SUBCLASS_CONTAINER, SUBCLASS_VALUE, TOLD, TOO_LARGE, UNTOLD, YOURS)
from .standard_types import abstract_names, native_name
from .values import Values
from .wire import FRAMES_PER_LEVEL, MAX_DEPTH, Writer

_NO_HANDLE = 0xFFFFFFFF
_UNBOUND = object()
_MOST_FRAMES = (1 << 31) - 1
_EXTRA_FRAMES = 200 + FRAMES_PER_LEVEL * MAX_DEPTH
"""What serving goes deeper than the program: that may stand at its own limit when it asks, and its values still have to travel."""


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
        self._judge_values = {}
        self._watched = ()
        self._told = []
        self._rebound = []
        self._chained = 0
        self.depth_limit = sys.getrecursionlimit()
        """Interpreter frames that the program may go to; it is in force while the program runs."""
        self._turn = threading.RLock()

    # Serving -----------------------------------------------------------------------------------------------------

    def serve(self):
        self._serving()
        while True:
            self._answer(*self.open(self.channel.receive()))

    def _serving(self):
        sys.setrecursionlimit(min(self.depth_limit + _EXTRA_FRAMES, _MOST_FRAMES))

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
        kind = RESULT
        try:
            # Refused where serving alone stands deeper than the program may go.
            sys.setrecursionlimit(self.depth_limit)
            try:
                result = self._start(*args) if operation == "start" else OPERATIONS[operation](*args, **kwargs)
            except StopIteration as stop:
                # Told apart from a StopIteration that a plain call lets out.
                if operation not in RESUMING:
                    raise
                kind, result = STOP, stop.value
            finally:
                self.depth_limit = sys.getrecursionlimit()
                sys.setrecursionlimit(min(self.depth_limit + _EXTRA_FRAMES, _MOST_FRAMES))
            del args, kwargs
            reply = self.begin(kind)
            self.encode(reply, result)
            return reply
        except TooLargeError:
            raise
        except InvalidSolution as invalid:
            if isinstance(invalid.__cause__, SyntaxError):
                invalid.__cause__.offset = None
            return self._raised(INVALID, invalid.__cause__)
        except BaseException as error:
            return self._raised(RAISED, error)

    def _start(self, names, present):
        """Executes the solution; returns the pairs of those ``names`` that it defined, and those of ``present`` without a value."""
        try:
            code = compile(self.source, PROGRAM_FILE, "exec", dont_inherit=True)
        except BaseException as error:
            raise InvalidSolution from error
        exec(code, self.namespace)
        self._watched = names
        self._told = [self.namespace.get(name, _UNBOUND) for name in names]
        return tuple((name, None if name in present else self.namespace[name]) for name in names + present if name in self.namespace)

    # Messages ----------------------------------------------------------------------------------------------------

    def begin(self, kind):
        """A message that opens, beyond the containers, with what the solution bound anew of the names that the tests read."""
        writer = super().begin(kind)
        changed = []
        for index, name in enumerate(self._watched):
            value = self.namespace.get(name, _UNBOUND)
            if value is not self._told[index] and value is not _UNBOUND:
                changed.append((index, value))
        writer.u32(len(changed))
        for index, value in changed:
            self._rebound.append((index, self._told[index]))
            self._told[index] = value
            writer.u32(index)
            self.encode(writer, value)
        return writer

    def sent(self):
        super().sent()
        self._rebound.clear()

    def abandon(self):
        super().abandon()
        while self._rebound:
            index, value = self._rebound.pop()
            self._told[index] = value

    # Calling back ------------------------------------------------------------------------------------------------

    def ask(self, operation, target, args=(), kwargs=None):
        """Calls or iterates an object that a test passed in; nothing else can be asked."""
        with self._turn:
            self.depth_limit = sys.getrecursionlimit()
            try:
                self._serving()
                return self._ask(operation, target, args, kwargs or {})
            finally:
                sys.setrecursionlimit(self.depth_limit)

    def _ask(self, operation, target, args, kwargs):
        try:
            request = self._request(operation, target, args, kwargs)
        except TooLargeError as error:
            self.abandon()
            kind = RecursionError if isinstance(error, TooDeepError) else MemoryError
            raise kind(str(error)) from None
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

    def _request(self, operation, target, args, kwargs):
        request = self.begin(REQUEST)
        request.text(operation)
        request.u32(target)
        self.encode(request, tuple(args))
        request.u32(len(kwargs))
        for name, value in kwargs.items():
            request.text(name)
            self.encode(request, value)
        return request

    def _judge_error(self, reader):
        origin = reader.u32()
        error = JudgeError.make(self.decode(reader), self.decode(reader))
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
        self.encode(message, _arguments(error))
        own = name_of(cls) is None
        message.u32(self._handle(error)[0] if own else _NO_HANDLE)
        message.u32(_origin(error) if not own else 0)
        message.text(final_lines(cls, error))
        message.text(cls.__name__[:256])
        frames = program_frames(trace)
        message.u32(len(frames))
        for line, name, count in frames:
            message.u32(max(0, line))
            message.text(name[:256])
            message.u32(count)
        self._encode_extras(message, error, own)
        # The frames hold every local of the failed call; the judge has what it needs of them.
        while error is not None and error.__traceback__ is not None:
            error.__traceback__ = None
            error = error.__context__
        return message

    def _encode_extras(self, writer, error, own):
        """Attributes that the judge's copy of a built-in exception is to have, cause and context."""
        attributes = [] if own else [(name, value) for name, value in vars(error).items() if type(name) is str and name != "leti_origin"]
        if isinstance(error, (ImportError, NameError, AttributeError)) and getattr(error, "name", None) is not None:
            attributes.append(("name", error.name))
        writer.u32(len(attributes))
        for name, value in attributes:
            writer.text(name)
            self.encode(writer, value)
        self._chained += 1
        for other, how in ((error.__cause__, TOLD), (error.__context__, SAME if error.__context__ is error.__cause__ else TOLD)):
            how = how if isinstance(other, Exception) and self._chained <= MAX_CHAIN else UNTOLD
            writer.u8(how)
            if how == TOLD:
                self.encode(writer, other)
        self._chained -= 1
        writer.u8(error.__suppress_context__)

    # Objects -----------------------------------------------------------------------------------------------------

    def encode_other(self, writer, value):
        kind = type(value)
        if kind in JUDGE_OBJECTS:
            writer.u8(YOURS)
            writer.u32(JudgeObject.number(value))
        elif id(value) in self._judge_values:
            writer.u8(YOURS)
            writer.u32(self._judge_values[id(value)])
        elif issubclass(kind, type):
            self._encode_class(writer, value)
        elif issubclass(kind, BaseException) and name_of(kind) is not None:
            writer.u8(EXCEPTION)
            self._encode_class(writer, kind)
            self.encode(writer, _arguments(value))
            writer.u32(_origin(value))
            self._encode_extras(writer, value, own=False)
        else:
            self._encode_object(writer, value, kind)

    def _encode_object(self, writer, value, kind):
        base = plain_base(kind)
        if base is None:
            writer.u8(HANDLE)
            if self._encode_handle(writer, value, kind):
                self._encode_hash(writer, value, kind)
                writer.u8(issubclass(kind, BaseException))
                if issubclass(kind, BaseException):
                    self.encode(writer, _arguments(value))
                    self._encode_extras(writer, value, own=True)
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
        writer.text(native_name(cls))
        parents = abstract_names(cls)
        writer.u32(len(parents))
        for parent in parents:
            writer.text(parent)
        writer.leave()

    def decode_other(self, reader, tag):
        if tag == EXCEPTION:
            return self._judge_error(reader)
        number = reader.u32()
        if tag == YOURS:
            return self.objects[number]
        if tag == SUBCLASS_VALUE:
            return self._judge_value(reader, number)
        if tag != HANDLE:
            raise ProtocolError("unknown tag %d" % tag)
        can_call, can_iterate = bool(reader.u8()), bool(reader.u8())
        about = self._description(reader) if reader.u8() else None
        known = self._judge_objects.get(number)
        if known is None:
            known = self._judge_objects[number] = JudgeObject.make(self, number, can_call, can_iterate, about)
        return known

    def _judge_value(self, reader, number):
        if reader.u8():
            name, fields = reader.text(), [reader.text() for _ in range(reader.count(4))]
            made = make_judge_value(name, fields, self.decode(reader))
            self._judge_objects[number] = made
            self._judge_values[id(made)] = number
        return self._judge_objects[number]

    def _description(self, reader):
        """What the judge tells of a function; its docstring is an object of the tests like any other."""
        name, qualname, number = reader.text(), reader.text(), reader.u32()
        documentation = None
        if number != _NO_HANDLE:
            documentation = self._judge_objects.get(number)
            if documentation is None:
                documentation = self._judge_objects[number] = JudgeObject.make(self, number, False, False)
        counts, parameters = None, ()
        if reader.u8():
            counts = [reader.u32() for _ in range(5)]
            parameters = [(reader.text(), bool(reader.u8())) for _ in range(reader.count(5))]
        return FunctionDescription(name, qualname, documentation, counts, parameters)


def _arguments(error):
    """The arguments to make an exception again from; an OSError keeps the file names apart."""
    args = tuple(error.args) if type(error.args) is tuple else ()
    if isinstance(error, OSError) and len(args) == 2 and error.filename is not None:
        return (*args, error.filename) if error.filename2 is None else (*args, error.filename, None, error.filename2)
    return args


def _origin(error):
    """The judge's number of an exception that is its own, or 0."""
    origin = vars(error).get("leti_origin", 0)
    return origin if type(origin) is int and 0 <= origin < 1 << 32 else 0


def _special_methods(cls):
    """Special methods of ``cls`` from it or a parent that is no plain built-in type, and what of the built-in they override."""
    base = plain_base(cls)
    inherited = () if base is None else [name for name in dir(base) if not name.startswith("_")]
    found = set()
    for parent in cls.__mro__:
        if not is_shared_base(parent):
            found.update(SPECIAL_METHODS.intersection(vars(parent)), vars(parent).keys() & set(inherited))
    return sorted(name for name in found if getattr(cls, name, None) is not None)


def run_candidate(channel, source):
    """Runs ``source`` for the judge at the other end of ``channel``; returns when the judge is gone."""
    candidate = Candidate(channel, source)
    # The program gets the interpreter's usual depth on top of the frames that serve it.
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    candidate.depth_limit = 1000 + depth + 3
    candidate.serve()
