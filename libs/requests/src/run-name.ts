import { InvalidArgumentError } from '@leti/rpc';

/** What the names of a service's runs begin with. */
export type RunCollection = 'trainingRuns' | 'benchmarkRuns';

/** The resource name of a run, e.g. `trainingRuns/20261121-043612-123-5f2a9c`. */
export function runName(collection: RunCollection, id: string): string {
  return `${collection}/${id}`;
}

/**
 * The id in a resource name; whether there is such a run is the store's to say.
 * @param field where the name stands in the request
 * @throws {InvalidArgumentError} when the name is of another form than `{collection}/{id}`
 */
export function runIdFrom(collection: RunCollection, name: string, field: string): string {
  const prefix = `${collection}/`;
  if (name.startsWith(prefix) && name.length > prefix.length) return name.slice(prefix.length);
  throw new InvalidArgumentError([{ field, description: `must be ${prefix}{id}, got ${JSON.stringify(name)}` }]);
}
