import { InvalidArgumentError } from '@leti/rpc';

const PREFIX = 'benchmarkRuns/';

/** The resource name of a run. */
export function runName(id: string): string {
  return PREFIX + id;
}

/** The id in a resource name. @param field where the name stands in the request @throws {InvalidArgumentError} */
export function runIdFrom(name: string, field: string): string {
  if (name.startsWith(PREFIX) && name.length > PREFIX.length) return name.slice(PREFIX.length);
  throw new InvalidArgumentError([{ field, description: `must be benchmarkRuns/{id}, got ${JSON.stringify(name)}` }]);
}
