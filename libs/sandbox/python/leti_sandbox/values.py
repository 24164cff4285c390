"""Plain values on the wire, for both sides. What is not plain goes to the side's own ``encode_other`` and ``decode_other``."""
import datetime
import struct
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

from .errors import ProtocolError
from .names import VALUES, name_of
from .shared import SharedTable
from .wire import Reader, Writer

KINDS = {b"["[0]: list, b"{"[0]: dict, b"}"[0]: set, b"B"[0]: bytearray, b"d"[0]: deque, b"O"[0]: OrderedDict, b"C"[0]: Counter,
          b"D"[0]: defaultdict}
_KIND_TAGS = {kind: tag for tag, kind in KINDS.items()}
_CONSTANTS = {b"N"[0]: None, b"T"[0]: True, b"F"[0]: False, b"e"[0]: ..., b"n"[0]: NotImplemented}
_INT, _BIG, _FLOAT, _COMPLEX, _STR, _BYTES, _TUPLE, _FROZEN, _RANGE, _SLICE, _SHARED, _NAME, _TIME, _NUMBER, _VIEW = b"iIfcsb(zrSRwtuv"
_INTS, _FLOATS, _MIXED = b"qg*"
_TIME_TYPES = {0: datetime.date, 1: datetime.datetime, 2: datetime.time, 3: datetime.timedelta}
_VIEW_TYPES = {0: type({}.keys()), 1: type({}.values()), 2: type({}.items())}
_DICT_KINDS = (dict, OrderedDict, Counter, defaultdict)
# Through dict itself for every kind: a sub-class's own methods must not run, and Counter.update adds.
_MAX_INT_BYTES = 1 << 24


class Values:
    """Encodes and decodes one side's messages; holds what stays between them."""

    def __init__(self, first_number):
        self.shared = SharedTable(first_number)
        self._unsent = ([], [])

    # Messages ----------------------------------------------------------------------------------------------------

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
            self._encode_body(writer, entry.value, entry.kind)
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
            self._decode_body(reader, entry.value, entry.kind)
            self.shared.settle(number)
        return kind, reader

    # Encoding ----------------------------------------------------------------------------------------------------

    def encode(self, writer, value):
        encoder = _ENCODERS.get(type(value))
        if encoder is not None:
            encoder(self, writer, value)
        else:
            name = name_of(value)
            if name is not None:
                writer.u8(_NAME)
                writer.text(name)
            else:
                self.encode_other(writer, value)

    def encode_shared(self, writer, value, kind, pinned=False):
        """A container: its number when the other side has it, otherwise its contents under a new number."""
        number = self.shared.numbers.get(id(value))
        if number is not None:
            writer.u8(_SHARED)
            writer.u32(number)
            return
        number = self.shared.add(value, kind, pinned)
        writer.u8(_KIND_TAGS[kind])
        writer.u32(number)
        if kind is deque:
            writer.i64(-1 if value.maxlen is None else value.maxlen)
        elif kind is defaultdict:
            self.encode(writer, value.default_factory)
        self._encode_body(writer, value, kind)
        self.shared.settle(number)

    def _encode_body(self, writer, value, kind):
        writer.enter()
        if kind in _DICT_KINDS:
            self._encode_items(writer, list(dict.keys(value)))
            self._encode_items(writer, list(dict.values(value)))
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
                    writer.u8(_INTS if code == "q" else _FLOATS)
                    writer.u32(len(items))
                    writer.data += packed
                    writer.check_size()
                    return
        writer.u8(_MIXED)
        writer.u32(len(items))
        for item in items:
            self.encode(writer, item)
        writer.check_size()

    def _constant(self, writer, value):
        writer.u8(_CONSTANT_TAGS[value])

    def _int(self, writer, value):
        if -(1 << 63) <= value < 1 << 63:
            writer.u8(_INT)
            writer.i64(value)
        else:
            writer.u8(_BIG)
            writer.raw(value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))

    def _float(self, writer, value):
        writer.u8(_FLOAT)
        writer.f64(value)

    def _complex(self, writer, value):
        writer.u8(_COMPLEX)
        writer.f64(value.real)
        writer.f64(value.imag)

    def _str(self, writer, value):
        writer.u8(_STR)
        writer.text(value)

    def _bytes(self, writer, value):
        writer.u8(_BYTES)
        writer.raw(value)

    def _tuple(self, writer, value):
        writer.u8(_TUPLE)
        writer.enter()
        self._encode_items(writer, value)
        writer.leave()

    def _frozenset(self, writer, value):
        writer.u8(_FROZEN)
        writer.enter()
        self._encode_items(writer, list(value))
        writer.leave()

    def _range(self, writer, value):
        writer.u8(_RANGE)
        for part in (value.start, value.stop, value.step):
            self.encode(writer, part)

    def _slice(self, writer, value):
        writer.u8(_SLICE)
        writer.enter()
        for part in (value.start, value.stop, value.step):
            self.encode(writer, part)
        writer.leave()

    def _container(self, writer, value):
        self.encode_shared(writer, value, type(value))

    def _time(self, writer, value):
        if getattr(value, "tzinfo", None) is not None:
            self.encode_other(writer, value)
            return
        writer.u8(_TIME)
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

    def _number(self, writer, value):
        writer.u8(_NUMBER)
        if type(value) is Decimal:
            writer.u8(0)
            writer.text(str(value))
        else:
            writer.u8(1)
            self.encode(writer, value.numerator)
            self.encode(writer, value.denominator)

    def _view(self, writer, value):
        writer.u8(_VIEW)
        writer.u8(next(code for code, kind in _VIEW_TYPES.items() if type(value) is kind))
        writer.enter()
        self._encode_items(writer, list(value))
        writer.leave()

    def encode_other(self, writer, value):
        """Encodes what is not plain data."""
        raise NotImplementedError

    # Decoding ----------------------------------------------------------------------------------------------------

    def decode(self, reader):
        tag = reader.u8()
        decoder = _DECODERS.get(tag)
        if decoder is not None:
            return decoder(self, reader)
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag in KINDS:
            return self.decode_shared(reader, KINDS[tag])
        return self.decode_other(reader, tag)

    def decode_shared(self, reader, kind, value=None):
        """A container under its number, filled into ``value`` when a side made the object itself."""
        number = reader.u32()
        if number in self.shared.entries:
            raise ProtocolError("container %d is there already" % number)
        if kind is deque:
            limit = reader.i64()
            made = deque(maxlen=None if limit < 0 else limit) if value is None else value
        elif kind is defaultdict:
            factory = self.decode(reader)
            if factory is not None and not callable(factory):
                raise ProtocolError("a defaultdict's factory is not callable")
            made = defaultdict(factory) if value is None else value
        else:
            made = kind() if value is None else value
        self.shared.add(made, kind, pinned=value is not None, number=number)
        self._decode_body(reader, made, kind)
        self.shared.settle(number)
        return made

    def _decode_body(self, reader, value, kind):
        reader.enter()
        if kind in _DICT_KINDS:
            keys = self._decode_items(reader)
            pairs = list(zip(keys, self._decode_items(reader)))
            base = OrderedDict if kind is OrderedDict else dict
            base.clear(value)
            if kind is OrderedDict:
                for key, item in self._hashable(lambda: [(key, item) for key, item in pairs if hash(key) is not None]):
                    OrderedDict.__setitem__(value, key, item)
            else:
                self._hashable(lambda: dict.update(value, pairs))
        elif kind is bytearray:
            bytearray.__setitem__(value, slice(None), reader.raw())
        elif kind is list:
            list.__setitem__(value, slice(None), self._decode_items(reader))
        elif kind is set:
            items = self._decode_items(reader)
            set.clear(value)
            self._hashable(lambda: set.update(value, items))
        else:
            items = self._decode_items(reader)
            deque.clear(value)
            deque.extend(value, items)
        reader.leave()

    @staticmethod
    def _hashable(make):
        try:
            return make()
        except TypeError:
            raise ProtocolError("a key is not hashable") from None

    def _decode_items(self, reader):
        mode = reader.u8()
        if mode == _INTS:
            return reader.packed("q")
        if mode == _FLOATS:
            return reader.packed("d")
        if mode != _MIXED:
            raise ProtocolError("unknown item mode %d" % mode)
        decode = self.decode
        return [decode(reader) for _ in range(reader.count())]

    def _read_int(self, reader):
        return reader.i64()

    def _read_big(self, reader):
        data = reader.raw()
        if len(data) > _MAX_INT_BYTES:
            raise ProtocolError("an int of %d bytes" % len(data))
        return int.from_bytes(data, "little", signed=True)

    def _read_float(self, reader):
        return reader.f64()

    def _read_complex(self, reader):
        return complex(reader.f64(), reader.f64())

    def _read_str(self, reader):
        return reader.text()

    def _read_bytes(self, reader):
        return reader.raw()

    def _read_tuple(self, reader):
        reader.enter()
        items = tuple(self._decode_items(reader))
        reader.leave()
        return items

    def _read_frozenset(self, reader):
        reader.enter()
        items = self._decode_items(reader)
        reader.leave()
        return self._hashable(lambda: frozenset(items))

    def _read_range(self, reader):
        parts = [self.decode(reader) for _ in range(3)]
        if any(type(part) is not int for part in parts) or parts[2] == 0:
            raise ProtocolError("a range is not made of ints")
        return range(*parts)

    def _read_slice(self, reader):
        reader.enter()
        parts = [self.decode(reader) for _ in range(3)]
        reader.leave()
        return slice(*parts)

    def _read_shared(self, reader):
        entry = self.shared.entries.get(reader.u32())
        if entry is None:
            raise ProtocolError("unknown container")
        return entry.value

    def _read_name(self, reader):
        name = reader.text()
        if name not in VALUES:
            raise ProtocolError("unknown name")
        return VALUES[name]

    def _read_time(self, reader):
        fields = [reader.i64() for _ in range(min(reader.u8(), 8))]
        kind = _TIME_TYPES.get(fields[0]) if fields else None
        if kind is None:
            raise ProtocolError("unknown time")
        try:
            return kind(*fields[1:])
        except (ValueError, OverflowError, TypeError):
            raise ProtocolError("malformed time") from None

    def _read_number(self, reader):
        if reader.u8() == 0:
            text = reader.text()
            try:
                return Decimal(text)
            except (ArithmeticError, ValueError):
                raise ProtocolError("malformed Decimal") from None
        parts = (self.decode(reader), self.decode(reader))
        if type(parts[0]) is not int or type(parts[1]) is not int or parts[1] == 0:
            raise ProtocolError("malformed Fraction")
        return Fraction(*parts)

    def _read_view(self, reader):
        code = reader.u8()
        reader.enter()
        items = self._decode_items(reader)
        reader.leave()
        if code == 0:
            return self._hashable(lambda: dict.fromkeys(items)).keys()
        if code == 1:
            return dict(enumerate(items)).values()
        if any(type(item) is not tuple or len(item) != 2 for item in items):
            raise ProtocolError("malformed items")
        return self._hashable(lambda: dict(items)).items()

    def decode_other(self, reader, tag):
        """Decodes what is not plain data."""
        raise NotImplementedError


_CONSTANT_TAGS = {value: tag for tag, value in _CONSTANTS.items()}
_ENCODERS = {
    type(None): Values._constant, bool: Values._constant, type(...): Values._constant, type(NotImplemented): Values._constant,
    int: Values._int, float: Values._float, complex: Values._complex, str: Values._str, bytes: Values._bytes,
    tuple: Values._tuple, frozenset: Values._frozenset, range: Values._range, slice: Values._slice,
    Decimal: Values._number, Fraction: Values._number,
    **{kind: Values._container for kind in _KIND_TAGS},
    **{kind: Values._time for kind in _TIME_TYPES.values()},
    **{kind: Values._view for kind in _VIEW_TYPES.values()},
}
_DECODERS = {
    _INT: Values._read_int, _BIG: Values._read_big, _FLOAT: Values._read_float, _COMPLEX: Values._read_complex,
    _STR: Values._read_str, _BYTES: Values._read_bytes, _TUPLE: Values._read_tuple, _FROZEN: Values._read_frozenset,
    _RANGE: Values._read_range, _SLICE: Values._read_slice, _SHARED: Values._read_shared, _NAME: Values._read_name,
    _TIME: Values._read_time, _NUMBER: Values._read_number, _VIEW: Values._read_view,
}
