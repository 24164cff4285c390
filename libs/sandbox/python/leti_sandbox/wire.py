"""Tagged, length-prefixed primitives. Every length is checked against what is left before anything is allocated."""
import struct

from .errors import ProtocolError, TooDeepError, TooLargeError

MAX_MESSAGE_BYTES = 48 << 20
MAX_DEPTH = 1000
"""Nesting of containers; deeper values do not travel."""

FRAMES_PER_LEVEL = 6
"""Interpreter frames that encoding or decoding one more level takes, at most."""

_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")
_F64 = struct.Struct("<d")


class Writer:
    """Appends primitives to one message."""

    __slots__ = ("data", "depth")

    def __init__(self):
        self.data = bytearray()
        self.depth = 0

    def u8(self, value):
        self.data.append(value)

    def u32(self, value):
        self.data += _U32.pack(value)

    def i64(self, value):
        self.data += _I64.pack(value)

    def f64(self, value):
        self.data += _F64.pack(value)

    def raw(self, value):
        if len(self.data) + len(value) > MAX_MESSAGE_BYTES:
            raise TooLargeError("message is larger than %d bytes" % MAX_MESSAGE_BYTES)
        self.data += _U32.pack(len(value))
        self.data += value

    def text(self, value):
        self.raw(str.encode(value, "utf-8", "surrogatepass"))

    def check_size(self):
        if len(self.data) > MAX_MESSAGE_BYTES:
            raise TooLargeError("message is larger than %d bytes" % MAX_MESSAGE_BYTES)

    def enter(self):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeepError("value is nested deeper than %d" % MAX_DEPTH)

    def leave(self):
        self.depth -= 1


class Reader:
    """Takes primitives from one message; anything malformed is a ProtocolError."""

    __slots__ = ("data", "at", "end", "depth")

    def __init__(self, data):
        self.data = data
        self.at = 0
        self.end = len(data)
        self.depth = 0

    def _take(self, count):
        at = self.at
        if count > self.end - at:
            raise ProtocolError("message ends early")
        self.at = at + count
        return at

    def u8(self):
        return self.data[self._take(1)]

    def u32(self):
        return _U32.unpack_from(self.data, self._take(4))[0]

    def i64(self):
        return _I64.unpack_from(self.data, self._take(8))[0]

    def f64(self):
        return _F64.unpack_from(self.data, self._take(8))[0]

    def raw(self):
        count = self.u32()
        at = self._take(count)
        return bytes(self.data[at : at + count])

    def text(self):
        try:
            return self.raw().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise ProtocolError("text is not UTF-8") from None

    def count(self, least_bytes=1):
        """A number of items, each of which takes at least ``least_bytes`` of what is left."""
        count = self.u32()
        if count * least_bytes > self.end - self.at:
            raise ProtocolError("count %d is larger than the message" % count)
        return count

    def packed(self, code):
        """An array of 8-byte numbers as a list."""
        count = self.count(8)
        at = self._take(8 * count)
        return list(struct.unpack_from("<%d%s" % (count, code), self.data, at))

    def enter(self):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ProtocolError("value is nested deeper than %d" % MAX_DEPTH)

    def leave(self):
        self.depth -= 1

    def finish(self):
        if self.at != self.end:
            raise ProtocolError("%d bytes after the message" % (self.end - self.at))
