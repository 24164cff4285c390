import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Limits, Outcome, Program } from '@leti/leti';

/** What running prompt + solution + tests as one file in one process says. */
export interface PlainVerdict {
  readonly programId: string;
  readonly outcome: Outcome;
  readonly exceptionType: string;
  readonly feedback: string;
  /** Of the whole forked process. */
  readonly cpuMs: number;
  /** Of compiling and running alone; 0 when a limit ended it. */
  readonly wallMs: number;
}

/**
 * Runs harmless programs without any sandbox, each in a forked process with the same limits.
 * @param options.workers programs run at the same time
 * @returns verdicts in the order of `programs`
 */
export async function runPlainly(
  programs: readonly Program[],
  { limits, workers = 2, python = 'python3' }: { limits: Limits; workers?: number; python?: string },
): Promise<PlainVerdict[]> {
  const shares = Array.from({ length: workers }, (_, worker) => programs.filter((_, i) => i % workers === worker));
  const verdicts = await Promise.all(shares.map((share) => runShare(share, limits, python)));
  return programs.map((_, i) => verdicts[i % workers]![Math.floor(i / workers)]!);
}

async function runShare(programs: readonly Program[], limits: Limits, python: string): Promise<PlainVerdict[]> {
  const environment = { ...process.env, PYTHONHASHSEED: '0', TZ: 'UTC', LC_ALL: 'C.UTF-8', PYTHONUTF8: '1' };
  const child = spawn(python, ['-B', '-s', '-W', 'ignore', join(import.meta.dirname, 'plain.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environment,
  });
  const verdicts: PlainVerdict[] = [];
  const lines = createInterface({ input: child.stdout });
  for (const program of programs) child.stdin.write(`${JSON.stringify({ ...program, limits })}\n`);
  child.stdin.end();
  for await (const line of lines) verdicts.push(JSON.parse(line) as PlainVerdict);
  if (verdicts.length !== programs.length)
    throw new Error(`plain execution gave ${verdicts.length} verdicts on ${programs.length} programs`);
  return verdicts;
}
