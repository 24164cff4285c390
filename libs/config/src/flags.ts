import { closestKey } from './closest-key.ts';
import type { ConfigProblem } from './config-error.ts';
import { flagName } from './names.ts';
import { parseText } from './parse-text.ts';
import type { Setting } from './schema-tree.ts';
import { namedSource, type Source } from './source.ts';

/**
 * Reads `--key value`, `--key=value`, and for booleans `--key` and `--no-key`. A list's flag may be repeated.
 * @param argv without the program's own two first entries
 */
export function readFlags(argv: readonly string[], settings: readonly Setting[]): Source {
  const byFlag = new Map(settings.map((setting) => [flagName(setting.path), setting]));
  const problems: ConfigProblem[] = [];
  const found = new Map<Setting, { path: readonly string[]; value: unknown; place: string }>();
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const { place, inline, negated } = split(argument);
    const setting = byFlag.get(negated ?? place);
    if (setting === undefined || (negated !== undefined && setting.kind !== 'boolean')) {
      problems.push(unknownArgument(argument, place, [...byFlag.keys()]));
      // Its value, if it has one, is not an argument of its own.
      if (argument.startsWith('--') && inline === undefined && isValue(argv[index + 1])) index++;
      continue;
    }
    const key = setting.path.join('.');
    const following = argv[index + 1];
    let value: unknown;
    if (negated !== undefined) value = false;
    else if (inline !== undefined) value = parseText(inline, setting);
    else if (setting.kind === 'boolean') {
      const given = following === 'true' || following === 'false';
      value = given ? following === 'true' : true;
      if (given) index++;
    } else if (isValue(following)) {
      value = parseText(following, setting);
      index++;
    } else {
      problems.push({ place, key, expectation: 'needs a value after it' });
      continue;
    }
    const before = found.get(setting);
    if (before !== undefined && setting.kind !== 'list') {
      problems.push({ place, key, expectation: 'given twice' });
    } else if (before !== undefined && Array.isArray(before.value) && Array.isArray(value)) {
      found.set(setting, { ...before, value: [...(before.value as unknown[]), ...(value as unknown[])] });
    } else {
      found.set(setting, { path: setting.path, value, place });
    }
  }
  return namedSource([...found.values()], problems);
}

// A negative number is a value; anything else that starts with a dash is a flag.
const isValue = (text: string | undefined): text is string =>
  text !== undefined && (!text.startsWith('-') || text === '-' || /^-[\d.]/.test(text));

function split(argument: string): { place: string; inline?: string; negated?: string } {
  const equals = argument.indexOf('=');
  if (equals > 0) return { place: argument.slice(0, equals), inline: argument.slice(equals + 1) };
  return argument.startsWith('--no-') ? { place: argument, negated: `--${argument.slice(5)}` } : { place: argument };
}

function unknownArgument(argument: string, place: string, known: readonly string[]): ConfigProblem {
  if (!argument.startsWith('--')) {
    return { place: argument, key: '', expectation: 'unexpected argument; settings are given as --key value' };
  }
  const meant = closestKey(place, known);
  return { place, key: '', expectation: `unknown flag${meant === undefined ? '' : `; did you mean ${meant}?`}` };
}
