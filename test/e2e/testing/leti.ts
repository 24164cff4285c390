import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const main = join(repository, 'cli', 'src', 'main.ts');

/** How a command ended and what it wrote. */
export interface LetiResult {
  /** undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `leti` command. */
export interface RunningLeti {
  readonly child: ChildProcess;
  /** What it wrote so far, both streams. */
  readonly written: () => string;
  readonly done: Promise<LetiResult>;
}

/** Variables of the person who runs the tests must not reach them. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LETI_')));

/**
 * Starts a program of the repository, `leti` by default, in the repository's root.
 * @param options.env variables beside those of this process, of which no `LETI_…` is passed on
 */
export function startLeti(
  args: readonly string[],
  options: { readonly program?: string; readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): RunningLeti {
  const { program = main, input = '', env = {} } = options;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: repository,
    env: { ...cleanEnvironment(), ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(input);
  const done = once(child, 'close').then(([status]: unknown[]) => ({
    status: (status as number | null) ?? undefined,
    stdout,
    stderr,
  }));
  return { child, written: () => stdout + stderr, done };
}

/** Waits until a running program has written a text. @throws with what it wrote when it ends before */
export const written = (running: RunningLeti, text: string): Promise<string> =>
  until(() => {
    const all = running.written();
    if (running.child.exitCode !== null) throw new Error(`ended without writing '${text}':\n${all}`);
    return all.includes(text) && all;
  });

/** Runs a program of the repository, `leti` by default, to its end. */
export const runLeti = (args: readonly string[], options?: { program?: string; input?: string }): Promise<LetiResult> =>
  startLeti(args, options).done;

/** The entry of a service. */
export const serviceMain = (service: string): string => join(repository, 'services', service, 'src', 'main.ts');

/** Waits until something holds; asks again and again. @throws the signal's reason when it is aborted */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
    signal?.throwIfAborted();
  }
}

/** Ids of the processes whose command line holds a text. */
export async function processesWith(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => lines[index]?.replaceAll('\0', ' ').includes(text)).map(Number);
}

/** The parsed lines of a JSONL file; none while it is not there. A line that is still being written is left out. */
export async function jsonLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
