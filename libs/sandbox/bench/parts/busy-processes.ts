import { spawn } from 'node:child_process';

/**
 * Keeps processors busy with `count` spinning processes.
 * @returns ends them; resolves when all are gone
 */
export function startBusyProcesses(count: number): () => Promise<void> {
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  const exits = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  const kill = (): void => children.forEach((child) => child.kill('SIGKILL'));
  // Nothing may go on spinning when the bench itself fails.
  process.once('exit', kill);
  return async () => {
    kill();
    await Promise.all(exits);
    process.off('exit', kill);
  };
}
