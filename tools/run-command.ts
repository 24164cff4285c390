import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder; every tool works from there. */
export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** How a command ended: its exit status (128 when a signal ended it) and what it wrote, both streams in order of arrival. */
export interface CommandResult {
  readonly status: number;
  readonly output: string;
}

/**
 * Runs a program in the repository's root with `node_modules/.bin` first on the path.
 * @param echo passes its output through while it runs, for long commands
 * @throws when the program cannot be started
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { echo = false, cwd = root }: { readonly echo?: boolean; readonly cwd?: string } = {},
): Promise<CommandResult> {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn(command, args, { cwd, env: { ...process.env, PATH: path }, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const [source, sink] of [[child.stdout, process.stdout] as const, [child.stderr, process.stderr] as const]) {
    source.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (echo) sink.write(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status: status ?? 128, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
