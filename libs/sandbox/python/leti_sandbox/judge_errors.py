"""The candidate's exceptions in the judge: which class, what of them the tests see, and where they came from."""
from .errors import ProtocolError
from .exceptions import MAX_FRAMES, MAX_TEXT, instance_of
from .protocol import EXIT, ORDINARY, SAME, STOP_ITERATION, TOLD
from .remote import new_remote
from .remote_class import is_remote_class
from .verdict import Verdict

NO_HANDLE = 0xFFFFFFFF
MAX_HANDLES = 1 << 20
_MAX_ATTRIBUTES = 64
_SETTABLE = ("name", "path", "obj")
"""Attributes that some built-in exceptions have beside their arguments."""


class RemoteTrace:
    """Where a candidate's exception came from: frames in the program's text, and its final lines."""

    __slots__ = ("frames", "final", "name")

    def __init__(self, frames, final, name):
        self.frames = frames
        self.final = final
        self.name = name


class CandidateErrors:
    """Reads exceptions. ``self._remotes`` are the stand-ins by number, ``self._raised`` the tests' own errors that were told."""

    def __init__(self):
        self.traces = {}
        self._raised = []

    def is_candidate_error(self, error):
        """Whether ``error`` was raised by the candidate and not by a test."""
        return id(error) in self.traces

    def trace_of(self, error):
        """The RemoteTrace of a candidate's exception, or None."""
        found = self.traces.get(id(error))
        return None if found is None else found[1]

    def hides(self, error):
        """Whether the candidate's context managers must not learn of ``error``, nor suppress it: a test's own failure is hidden."""
        if error is None or self.is_candidate_error(error):
            return error is None
        return isinstance(error, AssertionError) or not isinstance(error, Exception)

    def _raise(self, reader):
        """Raises what the candidate raised."""
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
        if not (isinstance(kind, type) and issubclass(kind, BaseException)) or type(args) is not tuple:
            raise ProtocolError("an exception is not an exception")
        if category not in (EXIT, STOP_ITERATION) and not issubclass(kind, Exception):
            kind = Exception
        if issubclass(kind, StopIteration):
            category = STOP_ITERATION
        error = self._make_error(kind, args, handle)
        self._read_extras(reader, error)
        reader.finish()
        if origin:
            error, inner, final, name = self._own_error(origin)
            # A test's own StopIteration must not end the loop that the call stands in either.
            category = STOP_ITERATION if isinstance(error, StopIteration) else ORDINARY
            return category, error.with_traceback(None), RemoteTrace(frames + inner, final, name)
        return category, error, RemoteTrace(frames, final, name)

    def _own_error(self, origin):
        if origin > len(self._raised):
            raise ProtocolError("unknown exception %d" % origin)
        return self._raised[origin - 1]

    def _make_error(self, kind, args, handle):
        if is_remote_class(kind):
            if handle == NO_HANDLE or handle > MAX_HANDLES:
                raise ProtocolError("an exception without a number")
            error = self._remotes.get(handle)
            if error is None:
                error = self._remotes[handle] = new_remote(kind, handle)
            elif not isinstance(error, BaseException):
                raise ProtocolError("object %d is no exception" % handle)
            BaseException.__setattr__(error, "args", args)
            return error
        return instance_of(kind, args)

    def _read_error(self, reader):
        """An exception that came as a value."""
        kind, args, origin = self.decode(reader), self.decode(reader), reader.u32()
        if type(kind) is not type or not issubclass(kind, BaseException) or type(args) is not tuple:
            raise ProtocolError("malformed exception")
        error = instance_of(kind if issubclass(kind, Exception) else Exception, args)
        self._read_extras(reader, error)
        return self._own_error(origin)[0] if origin else error

    def _read_extras(self, reader, error):
        """Attributes, cause and context."""
        for _ in range(min(reader.count(5), _MAX_ATTRIBUTES)):
            name, value = reader.text(), self.decode(reader)
            if name in _SETTABLE and isinstance(error, (ImportError, NameError, AttributeError)):
                try:
                    setattr(error, name, value)
                except (AttributeError, TypeError):
                    pass
            elif not name.startswith("__") or name == "__notes__":
                object.__getattribute__(error, "__dict__")[name] = value
        error.__cause__ = cause = self._read_link(reader, None)
        error.__context__ = self._read_link(reader, cause)
        error.__suppress_context__ = bool(reader.u8())

    def _read_link(self, reader, same):
        how = reader.u8()
        found = self.decode(reader) if how == TOLD else same if how == SAME else None
        if not isinstance(found, (Exception, type(None))):
            raise ProtocolError("a cause is not an exception")
        return found
