/**
 * Ways to break a program's syntax, each what some author habitually does. Each takes a whole definition and returns the
 * broken text, or undefined where it has nothing to break.
 */
const SLIP_EDITS = {
  'no-def-colon': (program: string) => replaceFirst(program, '):\n', ')\n'),
  'no-block-colon': (program: string) => replaceLast(program, /^( +(?:for|if|while) .*):\n/gm, '$1\n'),
  'unclosed-parenthesis': (program: string) => replaceLast(program, /\)(?=[^)]*$)/g, '', program.indexOf('\n')),
  'unclosed-bracket': (program: string) => replaceLast(program, /\](?=[^\]]*$)/g, '', program.indexOf('\n')),
  'flat-body': (program: string) => replaceFirst(program, ':\n    ', ':\n'),
  'stray-space': (program: string) =>
    program.split('\n').length > 2 ? replaceLast(program, /\n    (\S[^\n]*)$/g, '\n     $1') : undefined,
  'single-equals': (program: string) => replaceFirst(program, ' == ', ' = '),
  'foreign-function': (program: string) => replaceFirst(program, 'def ', 'function '),
  'foreign-increment': (program: string) => replaceFirst(program, ' += 1', '++'),
  'return-colon': (program: string) => replaceFirst(program, 'return ', 'return: '),
} as const satisfies Record<string, (program: string) => string | undefined>;

/** The name of a habitual syntax error. */
export type Slip = keyof typeof SLIP_EDITS;

/** All slips, in a fixed order. */
export const SLIPS = Object.keys(SLIP_EDITS) as readonly Slip[];

/** The program with the slip made, or undefined where the slip does not apply. */
export function applySlip(slip: Slip, program: string): string | undefined {
  return SLIP_EDITS[slip](program);
}

function replaceFirst(text: string, from: string, to: string): string | undefined {
  const at = text.indexOf(from);
  return at < 0 ? undefined : text.slice(0, at) + to + text.slice(at + from.length);
}

function replaceLast(text: string, pattern: RegExp, to: string, after = 0): string | undefined {
  const match = [...text.matchAll(pattern)].at(-1);
  if (match === undefined || match.index < after) return undefined;
  const replaced = match[0].replace(new RegExp(pattern.source, pattern.flags.replace('g', '')), to);
  return text.slice(0, match.index) + (to === '' ? '' : replaced) + text.slice(match.index + match[0].length);
}
