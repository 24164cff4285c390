"""Length-prefixed messages over a stream socket; the length is checked before the body is read."""
import os
import struct

from .errors import PeerGoneError, ProtocolError
from .wire import MAX_MESSAGE_BYTES

_LENGTH = struct.Struct("<I")
_FIRST_READ = 1 << 16


class Channel:
    """One end of the candidate-judge socket. Never waits for end-of-file, which a grandchild could withhold."""

    __slots__ = ("fd", "_rest")

    def __init__(self, fd):
        self.fd = fd
        self._rest = b""

    def send(self, body):
        data = _LENGTH.pack(len(body)) + body
        try:
            sent = os.write(self.fd, data)
            while sent < len(data):
                sent += os.write(self.fd, memoryview(data)[sent : sent + (1 << 18)])
        except (BrokenPipeError, ConnectionResetError):
            raise PeerGoneError("channel is closed") from None

    def receive(self):
        data = self._rest
        while len(data) < 4:
            data += self._read(_FIRST_READ)
        size = _LENGTH.unpack_from(data)[0]
        if size > MAX_MESSAGE_BYTES:
            raise ProtocolError("message of %d bytes, at most %d" % (size, MAX_MESSAGE_BYTES))
        want = 4 + size
        if len(data) < want:
            # Grows with what arrives, so that an announced length alone costs nothing.
            parts = bytearray(data)
            while len(parts) < want:
                parts += self._read(min(1 << 20, max(_FIRST_READ, want - len(parts))))
            data = bytes(parts)
        self._rest = data[want:]
        return data[4:want]

    def _read(self, size):
        try:
            data = os.read(self.fd, size)
        except ConnectionResetError:
            data = b""
        if not data:
            raise PeerGoneError("channel is closed")
        return data
