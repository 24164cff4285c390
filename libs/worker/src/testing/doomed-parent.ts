// A process that starts a worker, has it block its event loop, and waits to be killed. Argument: where the pid goes.
import { startWorker } from '../start-worker.ts';
import type { TestHandlers } from './test-worker.ts';

const pidFile = process.argv[2] ?? '';
const worker = startWorker<TestHandlers>(new URL('./test-worker.ts', import.meta.url), { name: 'doomed' });
await worker.call('block', { ms: 600_000, pidFile });
