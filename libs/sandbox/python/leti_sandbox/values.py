"""Messages of one side: an opening that keeps shared containers in step, then values."""
from .decoder import Decoder
from .encoder import Encoder
from .errors import ProtocolError
from .shared import SharedTable
from .wire import Reader, Writer


class Values(Encoder, Decoder):
    """Encodes and decodes one side's messages; holds what stays between them."""

    def __init__(self, first_number):
        self.shared = SharedTable(first_number)
        self._unsent = ([], [])

    def begin(self, kind):
        """A message of ``kind`` that opens with what became unreachable and what changed since the last one."""
        writer = Writer()
        writer.u8(kind)
        self.shared.added.clear()
        forgotten = self.shared.unreachable()
        changed = self.shared.changed()
        self._unsent = (forgotten, changed)
        writer.u32(len(forgotten))
        for number in forgotten:
            writer.u32(number)
        writer.u32(len(changed))
        for number in changed:
            writer.u32(number)
            entry = self.shared.entries[number]
            self.encode_body(writer, entry.value, entry.kind)
            self.shared.settle(number)
        return writer

    def sent(self):
        """The message begun last is on its way."""
        self._unsent = ([], [])
        self.shared.added.clear()

    def abandon(self):
        """The message begun last, if it was not sent, will not be: what it would have told is left for the next one."""
        self.shared.restore(*self._unsent)
        self._unsent = ([], [])

    def open(self, data):
        """Applies a message's opening; returns its kind and a reader of the rest."""
        reader = Reader(data)
        kind = reader.u8()
        for _ in range(reader.count(4)):
            number = reader.u32()
            if number not in self.shared.entries:
                raise ProtocolError("unknown container %d" % number)
            self.shared.forget(number)
        for _ in range(reader.count(5)):
            number = reader.u32()
            entry = self.shared.entries.get(number)
            if entry is None:
                raise ProtocolError("unknown container %d" % number)
            self.decode_body(reader, entry.value, entry.kind)
            self.shared.settle(number)
        return kind, reader
