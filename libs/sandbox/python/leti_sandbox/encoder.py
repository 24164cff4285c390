"""Writes plain values. What is not plain goes to the side's own ``encode_other``."""
import datetime
import struct
from array import array
from collections import OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

from .names import name_of
from .tags import (ARRAY_CODES, BIG, BUFFER, BYTES, COMPLEX, CONSTANT_TAGS, DICT_KINDS, FLOAT, FLOATS, FROZEN, INT, INTS, KIND_TAGS,
                       MIXED, NAME, NUMBER, RANGE, SHARED, SLICE, STR, TIME, TIME_TYPES, TUPLE, VIEW, VIEW_TYPES, ZONE)


class Encoder:
    """Encodes one side's values; ``self.shared`` is its table of containers."""

    def encode(self, writer, value):
        encoder = _ENCODERS.get(type(value))
        if encoder is not None:
            encoder(self, writer, value)
        else:
            name = name_of(value)
            if name is not None:
                writer.u8(NAME)
                writer.text(name)
            else:
                self.encode_other(writer, value)

    def encode_shared(self, writer, value, kind, pinned=False):
        """A container: its number when the other side has it, otherwise its contents under a new number."""
        number = self.shared.numbers.get(id(value))
        if number is not None:
            writer.u8(SHARED)
            writer.u32(number)
            return
        number = self.shared.add(value, kind, pinned)
        writer.u8(KIND_TAGS[kind])
        writer.u32(number)
        if kind is deque:
            writer.i64(-1 if value.maxlen is None else value.maxlen)
        elif kind is defaultdict:
            self.encode(writer, value.default_factory)
        elif kind is array:
            writer.u8(ord(value.typecode))
        self.encode_body(writer, value, kind)
        self.shared.settle(number)

    def encode_body(self, writer, value, kind):
        writer.enter()
        if kind in DICT_KINDS:
            base = OrderedDict if kind is OrderedDict else dict
            self._encode_items(writer, list(base.keys(value)))
            self._encode_items(writer, list(base.values(value)))
        elif kind is array:
            writer.raw(array.tobytes(value))
        elif kind is bytearray:
            writer.raw(bytes(value))
        else:
            self._encode_items(writer, list(kind.__iter__(value)))
        writer.leave()

    def _encode_items(self, writer, items):
        kinds = set(map(type, items))
        if len(kinds) == 1:
            code = "q" if int in kinds else "d" if float in kinds else None
            if code is not None:
                try:
                    packed = struct.pack("<%d%s" % (len(items), code), *items)
                except struct.error:
                    packed = None
                if packed is not None:
                    writer.u8(INTS if code == "q" else FLOATS)
                    writer.u32(len(items))
                    writer.data += packed
                    writer.check_size()
                    return
        writer.u8(MIXED)
        writer.u32(len(items))
        for item in items:
            self.encode(writer, item)
        writer.check_size()

    def _constant(self, writer, value):
        writer.u8(CONSTANT_TAGS[value])

    def _int(self, writer, value):
        if -(1 << 63) <= value < 1 << 63:
            writer.u8(INT)
            writer.i64(value)
        else:
            writer.u8(BIG)
            writer.raw(value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))

    def _float(self, writer, value):
        writer.u8(FLOAT)
        writer.f64(value)

    def _complex(self, writer, value):
        writer.u8(COMPLEX)
        writer.f64(value.real)
        writer.f64(value.imag)

    def _str(self, writer, value):
        writer.u8(STR)
        writer.text(value)

    def _bytes(self, writer, value):
        writer.u8(BYTES)
        writer.raw(value)

    def _tuple(self, writer, value):
        writer.u8(TUPLE)
        writer.enter()
        self._encode_items(writer, value)
        writer.leave()

    def _frozenset(self, writer, value):
        writer.u8(FROZEN)
        writer.enter()
        self._encode_items(writer, list(value))
        writer.leave()

    def _range(self, writer, value):
        writer.u8(RANGE)
        for part in (value.start, value.stop, value.step):
            self.encode(writer, part)

    def _slice(self, writer, value):
        writer.u8(SLICE)
        writer.enter()
        for part in (value.start, value.stop, value.step):
            self.encode(writer, part)
        writer.leave()

    def _container(self, writer, value):
        self.encode_shared(writer, value, type(value))

    def _array(self, writer, value):
        if value.typecode in ARRAY_CODES:
            self.encode_shared(writer, value, array)
        else:
            self.encode_other(writer, value)

    def _buffer(self, writer, value):
        """A view of a whole bytearray is one on the other side too; of anything else its bytes travel."""
        if value.format != "B" or value.ndim != 1:
            self.encode_other(writer, value)
            return
        writer.u8(BUFFER)
        if type(value.obj) is bytearray and value.c_contiguous and value.nbytes == len(value.obj):
            self.encode(writer, value.obj)
        else:
            self._bytes(writer, bytes(value))

    def _time(self, writer, value):
        writer.u8(TIME)
        if type(value) is datetime.date:
            fields = (0, value.year, value.month, value.day)
        elif type(value) is datetime.datetime:
            fields = (1, value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
        elif type(value) is datetime.time:
            fields = (2, value.hour, value.minute, value.second, value.microsecond)
        else:
            fields = (3, value.days, value.seconds, value.microseconds)
        writer.u8(len(fields))
        for field in fields:
            writer.i64(field)
        if fields[0] in (1, 2):
            writer.u8(value.fold)
            self._encode_zone(writer, value)

    def _encode_zone(self, writer, value):
        """The zone of a datetime or time; one of an own class becomes the offset that it has just then."""
        zone = value.tzinfo
        key = getattr(zone, "key", None) if type(zone).__module__.startswith("zoneinfo") else None
        if zone is None or type(zone) is datetime.timezone:
            self.encode(writer, zone)
        elif type(key) is str:
            self._str(writer, key)
        else:
            offset = value.utcoffset()
            self.encode(writer, None if offset is None else datetime.timezone(offset, str(value.tzname())))

    def _zone(self, writer, value):
        if value is datetime.timezone.utc:
            writer.u8(NAME)
            writer.text("datetime.timezone.utc")
            return
        writer.u8(ZONE)
        offset, *name = value.__getinitargs__()
        self._time(writer, offset)
        self.encode(writer, name[0] if name else None)

    def _number(self, writer, value):
        writer.u8(NUMBER)
        if type(value) is Decimal:
            writer.u8(0)
            writer.text(str(value))
        else:
            writer.u8(1)
            self.encode(writer, value.numerator)
            self.encode(writer, value.denominator)

    def _view(self, writer, value):
        writer.u8(VIEW)
        writer.u8(next(code for code, kind in VIEW_TYPES.items() if type(value) is kind))
        writer.enter()
        self._encode_items(writer, list(value))
        writer.leave()

    def encode_other(self, writer, value):
        """Encodes what is not plain data."""
        raise NotImplementedError


_ENCODERS = {
    type(None): Encoder._constant, bool: Encoder._constant, type(...): Encoder._constant, type(NotImplemented): Encoder._constant,
    int: Encoder._int, float: Encoder._float, complex: Encoder._complex, str: Encoder._str, bytes: Encoder._bytes,
    tuple: Encoder._tuple, frozenset: Encoder._frozenset, range: Encoder._range, slice: Encoder._slice,
    Decimal: Encoder._number, Fraction: Encoder._number, memoryview: Encoder._buffer, datetime.timezone: Encoder._zone,
    **{kind: Encoder._container for kind in KIND_TAGS},
    **{kind: Encoder._time for kind in TIME_TYPES.values()},
    **{kind: Encoder._view for kind in VIEW_TYPES.values()},
    array: Encoder._array,
}

PLAIN_TYPES = frozenset(_ENCODERS)
"""Types whose values travel as such."""
