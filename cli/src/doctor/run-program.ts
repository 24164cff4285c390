import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** How a program ended; `status` is undefined when it could not be started or was killed. */
export interface ProgramResult {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, at most `timeoutMs` long; never throws. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  {
    timeoutMs = 60_000,
    env = {},
  }: { readonly timeoutMs?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ProgramResult> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    env: { ...process.env, ...env },
  });
  const status = new Promise<number | undefined>((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code ?? undefined));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), status]);
  return { status: code, stdout, stderr };
}
