import { closestKey } from './closest-key.ts';
import { variableName } from './names.ts';
import { parseText } from './parse-text.ts';
import type { Setting } from './schema-tree.ts';
import { namedSource, type Source } from './source.ts';

/** Variables that Kubernetes puts into every pod for a service whose name happens to make our prefix. */
const SERVICE_LINK = /_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$/;

/**
 * Reads the variables that start with the prefix. An empty variable counts as not set.
 * @param prefix e.g. LETI_EVALUATOR
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
  settings: readonly Setting[],
  reserved: readonly string[],
): Source {
  const byName = new Map(settings.map((setting) => [variableName(prefix, setting.path), setting]));
  const ours = variableName(prefix, ['']);
  const entries = Object.entries(env).flatMap(([place, text]) => {
    const setting = byName.get(place);
    if (setting === undefined || text === undefined || text === '') return [];
    return [{ path: setting.path, value: parseText(text, setting), place }];
  });
  const problems = Object.keys(env)
    .filter((name) => name.startsWith(ours) && !byName.has(name) && !reserved.includes(name))
    .filter((name) => !SERVICE_LINK.test(name))
    .map((place) => {
      const meant = closestKey(place, [...byName.keys()]);
      return {
        place,
        key: '',
        expectation: `unknown variable${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      };
    });
  return namedSource(entries, problems);
}
