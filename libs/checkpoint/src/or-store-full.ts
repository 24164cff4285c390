import { CheckpointStoreFullError } from './errors.ts';

/** The disk, the user's share of it, or the largest allowed file is full. */
const NO_SPACE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error as it is, or a {@link CheckpointStoreFullError} when it says that there is no room for `path`. */
export function orStoreFull(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && NO_SPACE.has(code) ? new CheckpointStoreFullError(path, { cause: error }) : error;
}
