const MAX_LENGTH = 2 ** 16;

const STRING_PREFIXES: ReadonlySet<string> = new Set(['', 'r', 'b', 'u', 'br', 'rb']);

// Longest first: Python's tokenizer takes the longest operator that fits, and so do alternatives in this order.
const OPERATOR =
  /\*\*=|\/\/=|>>=|<<=|\.\.\.|\*\*|\/\/|>>|<<|<=|>=|==|!=|<>|->|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|@=|:=|[-+*/%@&|^~<>()[\]{},:.;=]/y;
const SPACE = /[ \t]+/y;
const COMMENT = /#[^\n]*/y;
const NAME = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*/y;
// Takes in what cannot be parted from a number without asking how Python reads it, e.g. `1if`, `0x1e-5`.
const NUMBER = /\.?[0-9](?:[eE][+-][0-9]|[A-Za-z0-9_.\u0080-\uffff])*/y;
const STRING =
  /"""(?:[^"\\]|\\[^]|"(?!""))*"""|'''(?:[^'\\]|\\[^]|'(?!''))*'''|"(?!"")(?:[^"\\\n]|\\[^])*"|'(?!'')(?:[^'\\\n]|\\[^])*'/y;

/** What Python's tokenizer makes of one logical line. */
export interface LogicalLine {
  /** Its leading blanks as they are. */
  readonly indentation: string;
  /** Names, numbers, strings and operators as they are, one or more. */
  readonly tokens: readonly string[];
}

/**
 * Cuts Python source into logical lines of tokens, without comments, blank lines and the spacing between tokens. Two
 * sources with the same answer have the same syntax tree, but for the places in it; on Python 3.9 to 3.13.
 *
 * It answers only where it is sure, in time linear in the text: not for f-strings, backslashes outside strings, control
 * characters, encoding lines, unbalanced brackets, and texts of more than 65 536 characters.
 */
export function pythonLines(source: string): readonly LogicalLine[] | undefined {
  // oxlint-disable-next-line no-control-regex -- a form feed, for one, begins an indentation anew
  if (source.length > MAX_LENGTH || /[\0-\x08\x0b-\x1f\x7f]/.test(source)) return undefined;
  if (/^(?:[^\n]*\n)?[ \t]*#[^\n]*coding[=:]/.test(source)) return undefined;
  const lines: LogicalLine[] = [];
  let place = 0;
  let depth = 0;
  let line: { indentation: string; tokens: string[] } | undefined;
  let indentation = '';
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = place;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) place += found.length;
    return found;
  };
  while (place < source.length) {
    const lineStart = place === 0 || source[place - 1] === '\n';
    const blanks = take(SPACE);
    if (lineStart && depth === 0) indentation = blanks ?? '';
    if (take(COMMENT) !== undefined) continue;
    if (source[place] === '\n') {
      place += 1;
      if (depth === 0) line = undefined;
      continue;
    }
    if (place === source.length) break;
    const token = takeToken(take, source, () => place);
    if (token === undefined) return undefined;
    if ('([{'.includes(token)) depth += 1;
    if (')]}'.includes(token)) depth -= 1;
    if (depth < 0) return undefined;
    if (line === undefined) lines.push((line = { indentation, tokens: [] }));
    line.tokens.push(token);
  }
  return depth === 0 ? lines : undefined;
}

function takeToken(
  take: (pattern: RegExp) => string | undefined,
  source: string,
  place: () => number,
): string | undefined {
  const before = take(NAME);
  const quoted = source[place()] === '"' || source[place()] === "'";
  if (quoted) {
    // Anything else before a quote is an f-string, or a name that runs into one.
    if (!STRING_PREFIXES.has((before ?? '').toLowerCase())) return undefined;
    const string = take(STRING);
    return string === undefined ? undefined : `${before ?? ''}${string}`;
  }
  if (before !== undefined) return before;
  const number = take(NUMBER);
  if (number === undefined) return take(OPERATOR);
  return source[place()] === '"' || source[place()] === "'" ? undefined : number;
}
