import { Worker } from 'node:worker_threads';

/**
 * Ends this process when its parent has died, even while a native call blocks the event loop and the closed channel goes
 * unseen: a thread of its own compares the parent's process id, twice a second.
 */
export function guardAgainstOrphaning(): void {
  // The parent is named here, not in the thread: by the time that has started, the parent may be dead.
  const code = `
    setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL'); }, 500);
  `;
  const guard = new Worker(code, { eval: true, name: 'orphan-guard', execArgv: [], stdout: false, stderr: false });
  guard.unref();
}
