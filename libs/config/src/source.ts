import type { ConfigProblem } from './config-error.ts';

/** Settings from one place, not yet checked against the schema. */
export interface Source {
  /** Values by path. */
  readonly values: readonly { readonly path: readonly string[]; readonly value: unknown }[];
  /** The place of a path, or of the nearest thing above it; undefined when this source does not have it. */
  readonly placeOf: (path: readonly (string | number)[]) => string | undefined;
  /** What is wrong already, e.g. an unknown flag. */
  readonly problems: readonly ConfigProblem[];
}

/** A source whose places are names of their own, by path. */
export function namedSource(
  entries: readonly { readonly path: readonly string[]; readonly value: unknown; readonly place: string }[],
  problems: readonly ConfigProblem[],
): Source {
  const places = new Map(entries.map(({ path, place }) => [path.join('.'), place]));
  return {
    values: entries,
    problems,
    placeOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const place = places.get(path.slice(0, length).join('.'));
        if (place !== undefined) return place;
      }
      return undefined;
    },
  };
}
