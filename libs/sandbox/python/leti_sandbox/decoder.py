"""Reads plain values of the other side, and believes none of them. What is not plain goes to the side's own ``decode_other``."""
import datetime
from array import array
from collections import OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

from .errors import ProtocolError
from .names import value_named
from .tags import (ARRAY_CODES, BIG, BUFFER, BYTES, COMPLEX, CONSTANTS, DICT_KINDS, FLOAT, FLOATS, FROZEN, INT, INTS, KINDS,
                       MAX_INT_BYTES, MIXED, NAME, NUMBER, RANGE, SHARED, SLICE, STR, TIME, TIME_TYPES, TUPLE, VIEW, ZONE)


class Decoder:
    """Decodes the other side's values; ``self.shared`` is the table of containers."""

    def decode(self, reader):
        tag = reader.u8()
        decoder = _DECODERS.get(tag)
        if decoder is not None:
            return decoder(self, reader)
        if tag in CONSTANTS:
            return CONSTANTS[tag]
        if tag in KINDS:
            return self.decode_shared(reader, KINDS[tag])
        return self.decode_other(reader, tag)

    def decode_shared(self, reader, kind, value=None):
        """A container under its number, filled into ``value`` when a side made the object itself."""
        number = reader.u32()
        if number in self.shared.entries or not self.shared.is_foreign(number):
            raise ProtocolError("container %d is none that the other side can add" % number)
        if kind is deque:
            limit = reader.i64()
            made = deque(maxlen=None if limit < 0 else limit) if value is None else value
        elif kind is defaultdict:
            factory = self.decode(reader)
            if factory is not None and not callable(factory):
                raise ProtocolError("a defaultdict's factory is not callable")
            made = defaultdict(factory) if value is None else value
        elif kind is array:
            code = chr(reader.u8())
            if code not in ARRAY_CODES:
                raise ProtocolError("unknown array type '%s'" % code)
            made = array(code)
        else:
            made = kind() if value is None else value
        self.shared.add(made, kind, pinned=value is not None, number=number)
        self.decode_body(reader, made, kind)
        self.shared.settle(number)
        return made

    def decode_body(self, reader, value, kind):
        reader.enter()
        if kind in DICT_KINDS:
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
            try:
                bytearray.__setitem__(value, slice(None), reader.raw())
            except BufferError:
                raise ProtocolError("a bytearray with views has another length") from None
        elif kind is array:
            data = reader.raw()
            if len(data) % value.itemsize:
                raise ProtocolError("an array of %d bytes" % len(data))
            try:
                value[:] = array(value.typecode, data)
            except BufferError:
                raise ProtocolError("an array with views has another length") from None
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
        if mode == INTS:
            return reader.packed("q")
        if mode == FLOATS:
            return reader.packed("d")
        if mode != MIXED:
            raise ProtocolError("unknown item mode %d" % mode)
        decode = self.decode
        return [decode(reader) for _ in range(reader.count())]

    def _read_int(self, reader):
        return reader.i64()

    def _read_big(self, reader):
        data = reader.raw()
        if len(data) > MAX_INT_BYTES:
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
        try:
            return self.named(value_named(reader.text()))
        except KeyError:
            raise ProtocolError("unknown name") from None

    def named(self, value):
        """What a side gets for a value that came by name."""
        return value

    def _read_time(self, reader):
        fields = [reader.i64() for _ in range(min(reader.u8(), 8))]
        kind = TIME_TYPES.get(fields[0]) if fields else None
        if kind is None:
            raise ProtocolError("unknown time")
        fold, zone = (reader.u8(), self._read_zone(reader)) if fields[0] in (1, 2) else (0, None)
        try:
            made = kind(*fields[1:])
            return made if fold == 0 and zone is None else made.replace(fold=fold, tzinfo=zone)
        except (ValueError, OverflowError, TypeError):
            raise ProtocolError("malformed time") from None

    def _read_zone(self, reader):
        """A zone, by value or by its key in the zone data base; None where there is none."""
        zone = self.decode(reader)
        if type(zone) is str:
            from zoneinfo import ZoneInfo

            try:
                return ZoneInfo(zone)
            except Exception:
                raise ProtocolError("unknown time zone") from None
        if zone is not None and type(zone) is not datetime.timezone:
            raise ProtocolError("malformed time zone")
        return zone

    def _read_fixed_zone(self, reader):
        offset, name = self.decode(reader), self.decode(reader)
        if type(offset) is not datetime.timedelta or type(name) not in (str, type(None)):
            raise ProtocolError("malformed time zone")
        try:
            return datetime.timezone(offset) if name is None else datetime.timezone(offset, name)
        except ValueError:
            raise ProtocolError("malformed time zone") from None

    def _read_buffer(self, reader):
        data = self.decode(reader)
        if type(data) not in (bytes, bytearray):
            raise ProtocolError("a view of what has no bytes")
        return memoryview(data)

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


_DECODERS = {
    INT: Decoder._read_int, BIG: Decoder._read_big, FLOAT: Decoder._read_float, COMPLEX: Decoder._read_complex,
    STR: Decoder._read_str, BYTES: Decoder._read_bytes, TUPLE: Decoder._read_tuple, FROZEN: Decoder._read_frozenset,
    RANGE: Decoder._read_range, SLICE: Decoder._read_slice, SHARED: Decoder._read_shared, NAME: Decoder._read_name,
    TIME: Decoder._read_time, NUMBER: Decoder._read_number, VIEW: Decoder._read_view,
    BUFFER: Decoder._read_buffer, ZONE: Decoder._read_fixed_zone,
}
