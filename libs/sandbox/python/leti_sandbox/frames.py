"""JSON frames between trusted processes: four bytes of length, then UTF-8. Descriptors travel with a frame's first bytes."""
import json
import os
import socket
import struct

_LENGTH = struct.Struct("<I")
MAX_FRAME_BYTES = 256 << 20
"""More than any of them sends: the texts of a program have at most 32 MiB, of which JSON may make six times as many."""
TEST_NOTE = struct.Struct("<I?")
"""What a judge writes to the start of a file that it shares with its supervisor: one more than the index of the test it is at, and
whether it has begun to run a verifier."""


class ClosedError(Exception):
    """The other process has closed the connection."""


def encode_frame(message):
    body = json.dumps(message).encode()
    return _LENGTH.pack(len(body)) + body


def send_frame(connection, message, descriptors=()):
    """Sends ``message`` over a blocking socket, with ``descriptors`` if there are any."""
    data = encode_frame(message)
    try:
        if descriptors:
            sent = socket.send_fds(connection, [data[: 1 << 15]], list(descriptors))
            data = data[sent:]
        # Not by send and receive: behind sandlock those are looked at outside, and cost as much as the rest of a job.
        write_all(connection.fileno(), data)
    except (BrokenPipeError, ConnectionResetError):
        raise ClosedError from None


def receive_frame(connection, max_descriptors=0):
    """Returns (message, descriptors) from a blocking socket."""
    start, descriptors = receive_start(connection, max_descriptors)
    return receive_rest(connection, start), descriptors


def receive_start(connection, max_descriptors=0):
    """Returns (what ``receive_rest`` needs, descriptors) and leaves the message itself unread: for whoever is not to have seen it."""
    try:
        if max_descriptors:
            data, descriptors, _, _ = socket.recv_fds(connection, 4, max_descriptors)
        else:
            data, descriptors = os.read(connection.fileno(), 4), []
        if not data:
            raise ClosedError
        return data + _read(connection, 4 - len(data)), descriptors
    except ConnectionResetError:
        raise ClosedError from None


def receive_rest(connection, start):
    """Returns the message that ``start`` begins."""
    size = _LENGTH.unpack(start)[0]
    if size > MAX_FRAME_BYTES:
        raise ClosedError
    try:
        return json.loads(_read(connection, size))
    except ConnectionResetError:
        raise ClosedError from None


def _read(connection, size):
    data = bytearray()
    while len(data) < size:
        part = os.read(connection.fileno(), min(size - len(data), 1 << 20))
        if not part:
            raise ClosedError
        data += part
    return bytes(data)


class FrameBuffer:
    """Frames out of whatever bytes arrive on a pipe, without ever waiting for more; of at most ``most`` bytes each."""

    def __init__(self, most=MAX_FRAME_BYTES):
        self._most = most
        self._data = bytearray()

    def feed(self, data):
        self._data += data

    def pop(self):
        """The next whole message, or None. Raises ClosedError for one that is too long, ValueError for one that is no JSON."""
        if len(self._data) < 4:
            return None
        size = _LENGTH.unpack_from(self._data)[0]
        if size > self._most:
            raise ClosedError
        if len(self._data) < 4 + size:
            return None
        message = json.loads(bytes(self._data[4 : 4 + size]))
        del self._data[: 4 + size]
        return message


def write_all(descriptor, data):
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
