"""The judge's side of the channel: asks the candidate, stands in for its objects, believes nothing."""
from .errors import PeerGoneError, ProtocolError, TooDeepError, TooLargeError
from .exceptions import MAX_FRAMES, MAX_TEXT, final_lines, instance_of
from .names import name_of
from .plain_bases import CONTAINER_BASES, VALUE_BASES, is_shared_base
from .protocol import (BY_DEPTH, CLASS, EXCEPTION, EXIT, HANDLE, IDENTITY_HASH, INVALID, KNOWN_CLASS, NO_HASH, ORDINARY, OWN_HASH,
                       RAISED, REQUEST, RESULT, SPECIAL_METHODS, STOP, STOP_ITERATION, SUBCLASS_CONTAINER, SUBCLASS_VALUE,
                       TOO_LARGE, YOURS)
from .remote import handle_of, is_remote, make_remote_class, new_remote, RemoteClass
from .tags import KINDS
from .values import Values
from .verdict import Verdict

_NO_HANDLE = 0xFFFFFFFF
_MAX_HANDLES = 1 << 20
_TOO_DEEP = "maximum recursion depth exceeded"


class RemoteTrace:
    """Where a candidate's exception came from: frames in the program's text, and its final lines."""

    __slots__ = ("frames", "final", "name")

    def __init__(self, frames, final, name):
        self.frames = frames
        self.final = final
        self.name = name


class InvalidSolutionError(Exception):
    """The solution does not compile; ``trace`` has the compiler's words."""

    def __init__(self, trace):
        super().__init__(trace.name)
        self.trace = trace


class JudgePeer(Values):
    """Talks to one candidate. ``frames_of(traceback)`` gives the judge's own frames in the program's text."""

    def __init__(self, channel, frames_of):
        super().__init__(first_number=2)
        self.channel = channel
        self.decoding = False
        self._frames_of = frames_of
        self._remotes = {}
        self._passed = []
        self._passed_numbers = {}
        self._raised = []
        self.traces = {}

    # Asking ------------------------------------------------------------------------------------------------------

    def ask(self, operation, target, args=(), kwargs=None):
        """Asks for ``operation`` on the candidate's object ``target`` (None: on the process); returns a value or raises."""
        self._send(REQUEST, lambda request: self._encode_request(request, operation, target, args, kwargs or {}))
        del args, kwargs
        while True:
            kind, reader = self._receive()
            if kind == RESULT:
                return self._value(reader)
            if kind == STOP and operation == "next":
                raise StopIteration(self._value(reader))
            if kind == RAISED:
                self._raise(reader)
            elif kind == INVALID and operation == "start":
                _, _, trace = self._exception(reader)
                raise InvalidSolutionError(trace)
            elif kind == REQUEST:
                self._answer(reader)
            else:
                raise ProtocolError("unexpected message kind %d" % kind)

    def fields_of(self, remote):
        """``(name, value)`` of what a candidate's object holds; read from it, so that properties of its class are not run."""
        found = self.ask("fields", handle_of(remote))
        if type(found) is not tuple or len(found) != 2 or any(type(part) is not tuple for part in found):
            raise Verdict("tampering", "protocol violation")
        names, values = found
        if len(names) != len(values) or len(set(map(type, names)) - {str}) > 0:
            raise Verdict("tampering", "protocol violation")
        return zip(names, values)

    def _encode_request(self, request, operation, target, args, kwargs):
        request.text(operation)
        self.encode(request, tuple(args) if target is None else (_Target(target), *args))
        request.u32(len(kwargs))
        for name, value in kwargs.items():
            request.text(name)
            self.encode(request, value)

    def _send(self, kind, fill):
        """Sends a message that ``fill`` completes."""
        try:
            message = self.begin(kind)
            fill(message)
            self.channel.send(message.data)
        except (TooDeepError, RecursionError):
            raise Verdict("exception", exception_type="RecursionError", error=RecursionError(_TOO_DEEP)) from None
        except TooLargeError:
            raise Verdict("memory_exceeded", "memory limit exceeded") from None
        except PeerGoneError:
            raise Verdict("candidate_gone") from None

    def _receive(self):
        try:
            data = self.channel.receive()
            if data[:1] == bytes([TOO_LARGE]):
                if data[1:2] == bytes([BY_DEPTH]):
                    raise RecursionError(_TOO_DEEP)
                raise Verdict("memory_exceeded", "memory limit exceeded")
            self.decoding = True
            try:
                return self.open(data)
            finally:
                self.decoding = False
        except PeerGoneError:
            raise Verdict("candidate_gone") from None
        except ProtocolError:
            raise Verdict("tampering", "protocol violation") from None

    def _value(self, reader):
        self.decoding = True
        try:
            value = self.decode(reader)
            reader.finish()
            return value
        except ProtocolError:
            raise Verdict("tampering", "protocol violation") from None
        finally:
            self.decoding = False

    # The candidate's exceptions ------------------------------------------------------------------------------------

    def _raise(self, reader):
        self.decoding = True
        try:
            category, error, trace = self._exception(reader)
        except ProtocolError:
            raise Verdict("tampering", "protocol violation") from None
        finally:
            self.decoding = False
        if category == EXIT:
            raise Verdict("early_exit", "early exit", "SystemExit")
        self.traces[id(error)] = (error, trace)
        if category == ORDINARY:
            raise error
        # Letting these run through the tests could end a loop or the process in the program's favour.
        raise Verdict("exception", error=error)

    def _exception(self, reader):
        category = reader.u8()
        kind = self.decode(reader)
        args = self.decode(reader)
        handle, origin = reader.u32(), reader.u32()
        final, name = reader.text()[:MAX_TEXT], reader.text()[:256]
        frames = [(reader.u32(), reader.text()[:256], reader.u32()) for _ in range(min(reader.count(12), MAX_FRAMES))]
        reader.finish()
        if not (isinstance(kind, type) and issubclass(kind, BaseException)) or type(args) is not tuple:
            raise ProtocolError("an exception is not an exception")
        if category not in (EXIT, STOP_ITERATION) and not issubclass(kind, Exception):
            kind = Exception
        if issubclass(kind, StopIteration):
            category = STOP_ITERATION
        if origin:
            if origin > len(self._raised):
                raise ProtocolError("unknown exception %d" % origin)
            error, inner, final, name = self._raised[origin - 1]
            # A test's own StopIteration must not end the loop that the call stands in either.
            category = STOP_ITERATION if isinstance(error, StopIteration) else ORDINARY
            return category, error.with_traceback(None), RemoteTrace(frames + inner, final, name)
        return category, self._make_error(kind, args, handle), RemoteTrace(frames, final, name)

    def _make_error(self, kind, args, handle):
        if type(kind) is RemoteClass:
            if handle == _NO_HANDLE or handle > _MAX_HANDLES:
                raise ProtocolError("an exception without a number")
            error = new_remote(kind, handle)
            error = self._remotes.setdefault(handle, error)
            BaseException.__setattr__(error, "args", args)
            return error
        return instance_of(kind, args)

    def is_candidate_error(self, error):
        """Whether ``error`` was raised by the candidate and not by a test."""
        return id(error) in self.traces

    def trace_of(self, error):
        """The RemoteTrace of a candidate's exception, or None."""
        found = self.traces.get(id(error))
        return None if found is None else found[1]

    # What the candidate may ask --------------------------------------------------------------------------------------

    def _answer(self, reader):
        self.decoding = True
        try:
            operation, number = reader.text(), reader.u32()
            args = self.decode(reader)
            kwargs = {reader.text(): self.decode(reader) for _ in range(reader.count(5))}
            reader.finish()
            if operation not in ("call", "iter", "next") or number >= len(self._passed) or type(args) is not tuple:
                raise ProtocolError("operation '%s' on object %d" % (operation[:20], number))
        except ProtocolError:
            raise Verdict("tampering", "protocol violation") from None
        finally:
            self.decoding = False
        target = self._passed[number]
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
            self._reply_raised(error)
            return
        del args, kwargs
        self._reply(RESULT, result)

    def _reply(self, kind, value):
        self._send(kind, lambda message: self.encode(message, value))

    def _reply_raised(self, error):
        known = self.trace_of(error)
        final = final_lines(type(error), error) if known is None else known.final
        name = type(error).__name__ if known is None else known.name
        self._raised.append((error, self._frames_of(error), final, name))
        kind = next(parent for parent in type(error).__mro__ if name_of(parent) is not None)
        number = len(self._raised)

        def fill(message):
            message.u32(number)
            self.encode(message, kind)
            self.encode(message, tuple(error.args))

        self._send(RAISED, fill)

    # Objects -----------------------------------------------------------------------------------------------------

    def encode_other(self, writer, value):
        if type(value) is _Target:
            writer.u8(YOURS)
            writer.u32(value.number)
        elif is_remote(value) or type(value) is RemoteClass:
            if id(value) in self.shared.numbers:
                self.encode_shared(writer, value, None)
            else:
                writer.u8(YOURS)
                writer.u32(handle_of(value))
        else:
            number = self._passed_numbers.get(id(value))
            if number is None:
                number = self._passed_numbers[id(value)] = len(self._passed)
                self._passed.append(value)
            writer.u8(HANDLE)
            writer.u32(number)
            writer.u8(1 if callable(value) else 0)
            writer.u8(1 if hasattr(type(value), "__iter__") or hasattr(type(value), "__getitem__") else 0)

    def decode_other(self, reader, tag):
        if tag in (CLASS, KNOWN_CLASS):
            return self._class(reader, tag)
        if tag == EXCEPTION:
            kind, args = self.decode(reader), self.decode(reader)
            if type(kind) is not type or not issubclass(kind, BaseException) or type(args) is not tuple:
                raise ProtocolError("malformed exception")
            return self._make_error(kind if issubclass(kind, Exception) else Exception, args, _NO_HANDLE)
        number = reader.u32()
        if tag == YOURS:
            if number >= len(self._passed):
                raise ProtocolError("unknown object %d" % number)
            return self._passed[number]
        if tag not in (HANDLE, SUBCLASS_VALUE, SUBCLASS_CONTAINER):
            raise ProtocolError("unknown tag %d" % tag)
        if reader.u8() == 0:
            if number not in self._remotes or tag == SUBCLASS_CONTAINER:
                raise ProtocolError("unknown handle %d" % number)
            return self._remotes[number]
        return self._new_object(reader, tag, number)

    def _new_object(self, reader, tag, number):
        cls = self.decode(reader)
        if number in self._remotes or number > _MAX_HANDLES or type(cls) is not RemoteClass:
            raise ProtocolError("malformed handle %d" % number)
        if tag == HANDLE:
            how = reader.u8()
            own_hash = reader.i64() if how == OWN_HASH else number if how == IDENTITY_HASH else None
            if how not in (NO_HASH, OWN_HASH, IDENTITY_HASH):
                raise ProtocolError("unknown hash mode")
            made = new_remote(cls, number, own_hash=own_hash)
        elif tag == SUBCLASS_VALUE:
            value = self.decode(reader)
            if type(value) not in VALUE_BASES or not issubclass(cls, type(value)):
                raise ProtocolError("a base value does not fit its class")
            made = new_remote(cls, number, value)
        else:
            made = new_remote(cls, number)
            self._remotes[number] = made
            kind = self._container_kind(reader)
            if not issubclass(cls, kind):
                raise ProtocolError("a base value does not fit its class")
            self.decode_shared(reader, kind, made)
        self._remotes[number] = made
        return made

    @staticmethod
    def _container_kind(reader):
        kind = KINDS.get(reader.u8())
        if kind not in CONTAINER_BASES:
            raise ProtocolError("not a container")
        return kind

    def _class(self, reader, tag):
        number = reader.u32()
        if tag == KNOWN_CLASS:
            known = self._remotes.get(number)
            if type(known) is not RemoteClass:
                raise ProtocolError("unknown class %d" % number)
            return known
        if number in self._remotes or number > _MAX_HANDLES:
            raise ProtocolError("class %d is there already" % number)
        reader.enter()
        name, qualname = reader.text()[:256], reader.text()[:1024]
        bases = [self.decode(reader) for _ in range(min(reader.count(5), 64))]
        methods = [reader.text() for _ in range(min(reader.count(4), 256))]
        reader.leave()
        if not all(isinstance(base, type) for base in bases) or "\0" in name:
            raise ProtocolError("a base is not a class")
        if any(method.startswith("__") and method not in SPECIAL_METHODS for method in methods):
            raise ProtocolError("unknown special method")
        bases = [base for base in bases if type(base) is RemoteClass or is_shared_base(base)]
        made = make_remote_class(self, number, name, qualname, bases, methods)
        self._remotes[number] = made
        return made


class _Target:
    """A candidate's object by number, as the first argument of a request."""

    __slots__ = ("number",)

    def __init__(self, number):
        self.number = number


