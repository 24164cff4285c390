"""Tags of plain values on the wire, and the types that they stand for."""
import datetime
from array import array
from collections import Counter, OrderedDict, defaultdict, deque

KINDS = {b"["[0]: list, b"{"[0]: dict, b"}"[0]: set, b"B"[0]: bytearray, b"d"[0]: deque, b"O"[0]: OrderedDict, b"C"[0]: Counter,
         b"D"[0]: defaultdict, b"a"[0]: array}
"""Containers, which are shared."""

KIND_TAGS = {kind: tag for tag, kind in KINDS.items()}
DICT_KINDS = (dict, OrderedDict, Counter, defaultdict)

CONSTANTS = {b"N"[0]: None, b"T"[0]: True, b"F"[0]: False, b"e"[0]: ..., b"n"[0]: NotImplemented}
CONSTANT_TAGS = {value: tag for tag, value in CONSTANTS.items()}

INT, BIG, FLOAT, COMPLEX, STR, BYTES = b"iIfcsb"
TUPLE, FROZEN, RANGE, SLICE, SHARED, NAME, TIME, NUMBER, VIEW, BUFFER, ZONE = b"(zrSRwtuvmo"
INTS, FLOATS, MIXED = b"qg*"
"""How the items of a sequence follow: packed, or each with its own tag."""

ARRAY_CODES = "bBhHiIlLqQfd"
"""Element types that arrays travel with."""

TIME_TYPES = {0: datetime.date, 1: datetime.datetime, 2: datetime.time, 3: datetime.timedelta}
VIEW_TYPES = {0: type({}.keys()), 1: type({}.values()), 2: type({}.items())}
MAX_INT_BYTES = 1 << 24
