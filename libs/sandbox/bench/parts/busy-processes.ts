import { spawn } from 'node:child_process';

/** Spins until its parent is gone, however that ended. */
const SPIN = 'const parent = process.ppid; while (process.ppid === parent) for (let i = 0; i < 1e8; i++);';

/**
 * Keeps processors busy with `count` spinning processes.
 * @returns ends them; resolves when all are gone
 */
export function startBusyProcesses(count: number): () => Promise<void> {
  const children = Array.from({ length: count }, () => spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }));
  const exits = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  return async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(exits);
  };
}
