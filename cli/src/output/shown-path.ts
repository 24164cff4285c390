import { relative } from 'node:path';

/** A path as people read it best: relative when it lies below where the command runs. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
