"""The judge's side of the channel: asks the candidate, stands in for its objects, believes nothing."""
from .errors import PeerGoneError, ProtocolError, TooDeepError, TooLargeError
from .judge_errors import MAX_HANDLES, CandidateErrors
from .judge_passed import PassedObjects
from .names import VALUES
from .plain_bases import CONTAINER_BASES, VALUE_BASES, is_shared_base
from .protocol import (BY_DEPTH, CLASS, EXCEPTION, HANDLE, IDENTITY_HASH, INVALID, KNOWN_CLASS, NO_HASH, OWN_HASH, RAISED, REQUEST,
                       RESULT, RESUMING, SPECIAL_METHODS, STOP, SUBCLASS_CONTAINER, SUBCLASS_VALUE, TOO_LARGE, YOURS)
from .remote import make_remote_class, new_remote
from .remote_class import handle_of, is_remote, is_remote_class
from .standard_types import abstract_class, native_type
from .tags import KINDS
from .values import Values
from .verdict import CANDIDATE_GONE, Verdict

_TOO_DEEP = "maximum recursion depth exceeded"


class InvalidSolutionError(Exception):
    """The solution does not compile; ``trace`` has the compiler's words."""

    def __init__(self, trace):
        super().__init__(trace.name)
        self.trace = trace


class JudgePeer(PassedObjects, CandidateErrors, Values):
    """Talks to one candidate.

    ``frames_of(traceback)`` gives the judge's own frames in the program's text; ``rebound(name, value)`` is told when the solution
    binds one of the names that it was started with to something else.
    """

    def __init__(self, channel, frames_of, rebound):
        Values.__init__(self, first_number=2)
        PassedObjects.__init__(self)
        CandidateErrors.__init__(self)
        self.channel = channel
        self.decoding = False
        self._frames_of = frames_of
        self._rebound = rebound
        self._watched = ()
        self._remotes = {}

    # Asking ------------------------------------------------------------------------------------------------------

    def start(self, names, present):
        """Runs the solution; returns what it bound to ``names``, and which of ``present`` it bound, as it came."""
        self._watched = names
        return self.ask("start", None, (names, present))

    def ask(self, operation, target, args=(), kwargs=None):
        """Asks for ``operation`` on the candidate's object ``target`` (None: on the process); returns a value or raises."""
        self._send(REQUEST, lambda request: self._encode_request(request, operation, target, args, kwargs or {}))
        del args, kwargs
        while True:
            kind, reader = self._receive()
            if kind == RESULT:
                return self._value(reader)
            if kind == STOP and operation in RESUMING:
                raise StopIteration(self._value(reader))
            if kind == RAISED:
                self._raise(reader)
            elif kind == INVALID and operation == "start":
                _, _, trace = self._exception(reader)
                raise InvalidSolutionError(trace)
            elif kind == REQUEST:
                self._answer(reader)
            else:
                raise Verdict("tampering", "protocol violation")

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
            raise Verdict(CANDIDATE_GONE) from None

    def _receive(self):
        try:
            data = self.channel.receive()
            if data[:1] == bytes([TOO_LARGE]):
                if data[1:2] == bytes([BY_DEPTH]):
                    raise RecursionError(_TOO_DEEP)
                raise Verdict("memory_exceeded", "memory limit exceeded")
            self.decoding = True
            try:
                kind, reader = self.open(data)
                rebound = [(reader.u32(), self.decode(reader)) for _ in range(reader.count(5))]
                if any(index >= len(self._watched) for index, _ in rebound):
                    raise ProtocolError("a name that nobody asked for")
            finally:
                self.decoding = False
        except PeerGoneError:
            raise Verdict(CANDIDATE_GONE) from None
        except ProtocolError:
            raise Verdict("tampering", "protocol violation") from None
        for index, value in rebound:
            self._rebound(self._watched[index], value)
        return kind, reader

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

    # Objects -----------------------------------------------------------------------------------------------------

    def encode_other(self, writer, value):
        if type(value) is _Target:
            writer.u8(YOURS)
            writer.u32(value.number)
        elif is_remote(value) or is_remote_class(value):
            if id(value) in self.shared.numbers:
                self.encode_shared(writer, value, None)
            else:
                writer.u8(YOURS)
                writer.u32(handle_of(value))
        else:
            self.encode_passed(writer, value)

    def decode_other(self, reader, tag):
        if tag in (CLASS, KNOWN_CLASS):
            return self._class(reader, tag)
        if tag == EXCEPTION:
            return self._read_error(reader)
        number = reader.u32()
        if tag == YOURS:
            return self.passed(number)
        if tag not in (HANDLE, SUBCLASS_VALUE, SUBCLASS_CONTAINER):
            raise ProtocolError("unknown tag %d" % tag)
        if reader.u8() == 0:
            if number not in self._remotes or tag == SUBCLASS_CONTAINER:
                raise ProtocolError("unknown handle %d" % number)
            return self._remotes[number]
        return self._new_object(reader, tag, number)

    def _new_object(self, reader, tag, number):
        cls = self.decode(reader)
        if number in self._remotes or number > MAX_HANDLES or not is_remote_class(cls):
            raise ProtocolError("malformed handle %d" % number)
        try:
            if tag == HANDLE:
                made = self._new_handle(reader, cls, number)
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
        except TypeError:
            raise ProtocolError("an object without its base value") from None
        self._remotes[number] = made
        return made

    def _new_handle(self, reader, cls, number):
        how = reader.u8()
        own_hash = reader.i64() if how == OWN_HASH else number if how == IDENTITY_HASH else None
        if how not in (NO_HASH, OWN_HASH, IDENTITY_HASH):
            raise ProtocolError("unknown hash mode")
        made = self._remotes[number] = new_remote(cls, number, own_hash=own_hash)
        if reader.u8():
            args = self.decode(reader)
            if not isinstance(made, BaseException) or type(args) is not tuple:
                raise ProtocolError("an object with an exception's arguments")
            BaseException.__setattr__(made, "args", args)
            self._read_extras(reader, made)
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
            if not is_remote_class(known):
                raise ProtocolError("unknown class %d" % number)
            return known
        if number in self._remotes or number > MAX_HANDLES:
            raise ProtocolError("class %d is there already" % number)
        reader.enter()
        name, qualname = reader.text()[:256], reader.text()[:1024]
        bases = [self.decode(reader) for _ in range(min(reader.count(5), 64))]
        methods = [reader.text() for _ in range(min(reader.count(4), 256))]
        native = native_type(reader.text(), VALUES)
        parents = [abstract_class(reader.text()) for _ in range(min(reader.count(4), 64))]
        reader.leave()
        if not all(isinstance(base, type) for base in bases) or None in parents or "\0" in name:
            raise ProtocolError("a base is not a class")
        if any(method.startswith("__") and method not in SPECIAL_METHODS for method in methods):
            raise ProtocolError("unknown special method")
        bases = [base for base in bases if is_remote_class(base) or is_shared_base(base)]
        made = make_remote_class(self, number, name, qualname, bases, methods, native)
        self._remotes[number] = made
        for parent in parents:
            parent.register(made)
        return made


class _Target:
    """A candidate's object by number, as the first argument of a request."""

    __slots__ = ("number",)

    def __init__(self, number):
        self.number = number
