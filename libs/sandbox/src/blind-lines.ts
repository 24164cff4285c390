import { BLIND_BUILTINS, MODULE_NAMES, REFUSED_WORDS, SPECIAL_METHODS, VALUE_ATTRIBUTES } from './blind-names.ts';
import type { LogicalLine } from './python-tokens.ts';

const NAME = /^[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*$/;
// Python reads other letters by their compatibility form; a leading underscore marks what is a module's or class's own.
const PLAIN_NAME = /^(?:[A-Za-z][A-Za-z0-9_]*|_)$/;
// A template whose fields are numbers or names, each with a plain specification: `.` and `[` would read attributes.
const PLAIN_TEMPLATE = /^(?:"(?!"")|'(?!''))(?:[^{}\\]|\\[nt]|\{\{|\}\}|\{[A-Za-z0-9]*(?::[^{}\\]*)?\})*$/;

/**
 * Whether a program can be known to see nothing of where its lines are, because all that it names is on a list: modules
 * with the names it takes from them, attributes, builtins, special methods. What is on no list makes the answer no.
 */
export function isBlind(lines: readonly LogicalLine[]): boolean {
  const modules = new Map<string, string>();
  const rest = [];
  for (const { tokens } of lines) {
    if (!tokens.includes('import')) rest.push(tokens);
    else if (!takesImport(tokens, modules)) return false;
  }
  return rest.every(
    (tokens) => isBlindStatement(tokens) && tokens.every((_, place) => isBlindToken(tokens, place, modules)),
  );
}

function isBlindStatement(tokens: readonly string[]): boolean {
  if (tokens[0] === 'case') return false; // A class pattern reads attributes by names that a class computes.
  const place = tokens.indexOf('class');
  if (place < 0) return true;
  // Without bases, for a base's type makes the class, and is handed the names of its body.
  return place === 0 && [':', '():'].includes(tokens.slice(2).join(''));
}

function isBlindToken(tokens: readonly string[], place: number, modules: ReadonlyMap<string, string>): boolean {
  const token = tokens[place] ?? '';
  if (!NAME.test(token)) return true;
  const [before, after] = [tokens[place - 1], tokens[place + 1]];
  if (before === '.') {
    const owner = tokens[place - 3] === '.' ? undefined : modules.get(tokens[place - 2] ?? '');
    if (owner !== undefined) return MODULE_NAMES.get(owner)?.has(token) === true;
    return token === 'format' ? isPlainTemplate(tokens, place - 2) : VALUE_ATTRIBUTES.has(token);
  }
  if (token === '__name__') return true;
  if (before === 'def' && SPECIAL_METHODS.has(token)) return true;
  if (modules.has(token)) return after === '.';
  return isBlindName(token);
}

function isBlindName(name: string): boolean {
  return BLIND_BUILTINS.has(name) || (PLAIN_NAME.test(name) && !REFUSED_WORDS.has(name));
}

function isPlainTemplate(tokens: readonly string[], place: number): boolean {
  const [before, text] = [tokens[place - 1] ?? '', tokens[place] ?? ''];
  return PLAIN_TEMPLATE.test(text) && /["']$/.test(text) && !/["']$/.test(before);
}

/** Enters the modules that one import statement binds, by the names it binds them to; false for one not on the list. */
function takesImport(tokens: readonly string[], modules: Map<string, string>): boolean {
  const isFrom = tokens[0] === 'from' && tokens[2] === 'import';
  if (!isFrom && tokens[0] !== 'import') return false;
  const names = isFrom ? MODULE_NAMES.get(tokens[1] ?? '') : undefined;
  if (isFrom && names === undefined) return false;
  const list = tokens.slice(isFrom ? 3 : 1).join(' ');
  return list
    .replace(/^\( (.*?)(?: ,)? \)$/, '$1')
    .split(' , ')
    .every((part) => {
      const [, name = '', alias = name] = /^(\w+)(?: as (\w+))?$/.exec(part) ?? [];
      // A name from a module may be that of a refused builtin, and then stands for it under that name nowhere else.
      if (!PLAIN_NAME.test(alias) || (alias !== name && !isBlindName(alias))) return false;
      if (names !== undefined) return names.has(name);
      modules.set(alias, name);
      return MODULE_NAMES.has(name);
    });
}
