import { type LogicalLine, pythonLines } from './python-tokens.ts';

const words = (text: string): readonly string[] => text.split(' ');

/** Modules that neither tell a program where its lines are nor run text as code. */
const MODULES: ReadonlySet<string> = new Set(
  words(
    '__future__ abc array base64 binascii bisect calendar cmath collections collections.abc copy dataclasses datetime decimal ' +
      'enum fractions functools hashlib heapq itertools json math numbers operator random re statistics string struct textwrap ' +
      'time typing unicodedata',
  ),
);

/** Names through which a program reaches code objects, frames, other modules, or attributes by computed names. */
const TELLING_NAMES: ReadonlySet<string> = new Set(
  words(
    'ForwardRef attrgetter breakpoint builtins compile ctypes dir dis doctest exc_info exec gc get_type_hints getattr globals ' +
      'help importlib inspect linecache locals logging marshal methodcaller open os pdb pickle sys threading types unittest vars',
  ),
);
const TELLING_PARTS = /format|frame|lineno|trace|hook|warn|^_?eval|^(?:gi|cr|ag|co|tb)_/i;
const PLAIN_DUNDERS: ReadonlySet<string> = new Set(
  words(
    'abs add bool call class contains delitem doc eq floordiv future ge getitem gt hash init int iadd isub iter le len lt ' +
      'main mod mul name ne neg new next post_init pow radd repr reversed rmul rsub setitem str sub truediv',
  ).map((name) => `__${name}__`),
);

/**
 * A text that programs have in common which differ in comments, blank lines and spacing only, and so pass or fail
 * alike. Undefined for a program that could tell such a difference, by its line numbers, and where it is hard to say.
 */
export function tokenText(source: string): string | undefined {
  const lines = pythonLines(source);
  if (lines === undefined || !lines.every(isBlind)) return undefined;
  // No token holds a control character other than tab and newline.
  return lines.map(({ indentation, tokens }) => `${indentation}${tokens.join('\x1f')}`).join('\x1e');
}

/** Whether test code asks for nothing that depends on where a solution's lines are. */
export function isBlindTest(code: string): boolean {
  return !/lineno|frame|trace|getsource|inspect|__code__/.test(code);
}

function isBlind({ tokens }: LogicalLine): boolean {
  return tokens.every((token) => !tellsPlaces(token)) && importsPlainly(tokens);
}

function tellsPlaces(token: string): boolean {
  if (!/^[A-Za-z_\u0080-\uffff]/.test(token)) return false;
  if (token.endsWith('"') || token.endsWith("'")) return false;
  // Python reads a name by its compatibility form, in which letters of other alphabets may be these ones.
  const name = token.normalize('NFKC');
  if (name.startsWith('__') && name.endsWith('__')) return !PLAIN_DUNDERS.has(name);
  return TELLING_NAMES.has(name) || TELLING_PARTS.test(name);
}

function importsPlainly(tokens: readonly string[]): boolean {
  const place = tokens.indexOf('import');
  if (place < 0) return true;
  if (tokens.includes(';') || tokens.lastIndexOf('import') !== place) return false;
  if (tokens[0] === 'from') return MODULES.has(tokens.slice(1, place).join(''));
  if (place > 0) return false;
  return tokens
    .slice(1)
    .join(' ')
    .split(' , ')
    .every((part) => MODULES.has((part.split(' as ')[0] ?? '').replaceAll(' ', '')));
}
