import { randomUUID } from 'node:crypto';
import type { Runtime } from './runtime.ts';
import { sandlockFolder, SUPERVISOR_SCRIPT } from './python-files.ts';

/** A supervisor's process, about to be started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Stands in the command lines of all processes that belong to it. */
  readonly token: string;
  /** Clears away what is left when the process has ended and nothing with its token runs. */
  dispose(): Promise<void>;
}

/** Where supervisors run. */
export interface SupervisorHost {
  readonly runtime: Runtime;
  /** Prepares the start of one more supervisor. */
  launch(): Promise<Launch>;
  /** Gives back what all of them shared; none may be running. */
  close(): Promise<void>;
}

/** Supervisors as plain processes of this machine, which build the wall themselves, or none. */
export function createProcessHost(runtime: 'sandlock' | 'unsafe-process', python: string): SupervisorHost {
  return {
    runtime,
    launch() {
      const token = randomUUID();
      const settings = { runtime, sandlockFolder: sandlockFolder(), token };
      return Promise.resolve({
        command: python,
        args: ['-s', '-S', '-B', SUPERVISOR_SCRIPT, JSON.stringify(settings)],
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] },
        token,
        dispose: () => Promise.resolve(),
      });
    },
    close: () => Promise.resolve(),
  };
}
