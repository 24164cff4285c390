// A process that tries to take a run's lock whenever it is told to. Argument: the run's folder.
import { acquireRunLock } from '../run-lock.ts';
import { RunLockedError } from '../store-errors.ts';

const folder = process.argv[2] ?? '';
process.on('disconnect', () => process.exit());
process.on('message', () => {
  acquireRunLock(folder).then(
    () => process.send?.('locked'),
    (error: unknown) => process.send?.(error instanceof RunLockedError ? `${error.name} ${error.pid}` : String(error)),
  );
});
