const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const setOf = (text: string): ReadonlySet<string> => new Set(words(text));

/**
 * Modules that a program may import and still be blind to its lines, each with the names it may take from it. None of
 * them is a module, reads attributes by computed names, runs text as code, or hands out classes of classes.
 */
export const MODULE_NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'math',
    setOf(
      'acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2 expm1 fabs ' +
        'factorial floor fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp lgamma log log10 ' +
        'log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt sumprod tan tanh tau trunc ulp',
    ),
  ],
  ['cmath', setOf('acos asin atan cos e exp inf isclose log log10 nan phase pi polar rect sin sqrt tan tau')],
  ['collections', setOf('ChainMap Counter OrderedDict defaultdict deque')],
  [
    'itertools',
    setOf(
      'accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse groupby ' +
        'islice pairwise permutations product repeat starmap takewhile tee zip_longest',
    ),
  ],
  ['functools', setOf('cmp_to_key lru_cache cache partial reduce')],
  ['heapq', setOf('heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest')],
  ['bisect', setOf('bisect bisect_left bisect_right insort insort_left insort_right')],
  [
    're',
    setOf(
      'A ASCII DOTALL I IGNORECASE M MULTILINE S VERBOSE X compile escape findall finditer fullmatch match search split sub subn',
    ),
  ],
  [
    'string',
    setOf(
      'ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable punctuation whitespace',
    ),
  ],
  ['typing', setOf('Any Dict FrozenSet Iterable Iterator List Optional Sequence Set Tuple Union')],
  ['operator', setOf('add and_ eq floordiv ge gt itemgetter le lt mod mul ne neg not_ or_ pow sub truediv xor')],
  ['random', setOf('choice choices randint random randrange sample seed shuffle uniform')],
  ['fractions', setOf('Fraction')],
  ['decimal', setOf('Decimal')],
  ['datetime', setOf('date datetime timedelta')],
  ['copy', setOf('copy deepcopy')],
  ['statistics', setOf('mean median mode pstdev pvariance stdev variance')],
  ['json', setOf('dumps loads')],
  ['hashlib', setOf('md5 sha1 sha256')],
]);

/** Attributes of values a blind program may name: methods of plain data, and fields that no type of Python's own has. */
export const VALUE_ATTRIBUTES: ReadonlySet<string> = setOf(
  'add append appendleft args as_integer_ratio bit_count bit_length capitalize casefold center clear conjugate copy count ' +
    'date day days decode denominator difference difference_update digest discard elements encode end endswith expandtabs ' +
    'extend extendleft find from_iterable fromhex fromkeys get group groupdict groups hex hexdigest hour imag index insert ' +
    'intersection intersection_update is_integer isalnum isalpha isascii isdecimal isdigit isdisjoint isidentifier islower ' +
    'isnumeric isoformat isprintable isspace issubset issuperset istitle isupper items join keys limit_denominator ljust ' +
    'lower lstrip maketrans match microsecond minute month most_common move_to_end now numerator partition pop popitem ' +
    'popleft real remove removeprefix removesuffix replace reverse rfind rindex rjust rotate rpartition rsplit rstrip ' +
    'search second seconds setdefault sort span split splitlines start startswith strftime strip strptime sub subtract ' +
    'swapcase symmetric_difference symmetric_difference_update title today total_seconds translate union update upper ' +
    'values weekday year zfill children data head height key left length next parent right root size tail val value width x y',
);

/**
 * Builtins a blind program may name. `type` and `object` are not among them: a class of a class is handed the names of
 * its body, with the first line's number since Python 3.13.
 */
export const BLIND_BUILTINS: ReadonlySet<string> = setOf(
  'ArithmeticError AssertionError AttributeError BaseException EOFError Ellipsis Exception False FloatingPointError ' +
    'IndexError KeyError LookupError MemoryError NameError None NotImplemented NotImplementedError OverflowError ' +
    'RecursionError RuntimeError StopIteration True TypeError UnicodeDecodeError UnicodeEncodeError UnicodeError ' +
    'ValueError ZeroDivisionError abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate ' +
    'filter float format frozenset hash hex input int isinstance issubclass iter len list map max memoryview min next oct ' +
    'ord pow print range repr reversed round set slice sorted str sum tuple zip',
);

/** Python's other names: builtins of 3.9 to 3.13 that a blind program leaves alone, and words it does without. */
export const REFUSED_WORDS: ReadonlySet<string> = setOf(
  'BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ' +
    'ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EncodingWarning EnvironmentError ' +
    'ExceptionGroup FileExistsError FileNotFoundError FutureWarning GeneratorExit IOError ImportError ImportWarning ' +
    'IndentationError InterruptedError IsADirectoryError KeyboardInterrupt ModuleNotFoundError NotADirectoryError OSError ' +
    'PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError ReferenceError ResourceWarning ' +
    'RuntimeWarning StopAsyncIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError ' +
    'UnboundLocalError UnicodeTranslateError UnicodeWarning UserWarning Warning aiter anext breakpoint classmethod compile ' +
    'copyright credits delattr dir eval exec exit getattr globals hasattr help id license locals object open property quit ' +
    'setattr staticmethod super type vars async await metaclass',
);

/** Special methods that a blind program's classes may define. */
export const SPECIAL_METHODS: ReadonlySet<string> = new Set(
  words('add bool contains eq ge getitem gt hash init iter le len lt mul ne neg next repr setitem str sub').map(
    (name) => `__${name}__`,
  ),
);
