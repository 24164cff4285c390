// How long it takes from an abort until nothing of the program runs any more, for programs that do this and that:
// node libs/sandbox/bench/cancellation.ts [--runtime auto] [--times 100]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_LIMITS, MAX_LIMITS, type Runtime } from '../src/index.ts';
import { startSupervisors } from '../src/start-supervisors.ts';
import { quantile } from './parts/statistics.ts';
import { table } from './parts/table.ts';

const RUNNING_MS = 150;
const PROGRAMS: Readonly<Record<string, string>> = {
  sleeps: 'import time\ntime.sleep(100)\n',
  computes: 'while True: pass\n',
  'computes in C': '10 ** 10 ** 9\n',
  'ignores signals':
    'import signal, time\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass\ntime.sleep(100)\n',
  'has 12 children': 'import os, time\nfor _ in range(12):\n    if os.fork() == 0: break\ntime.sleep(100)\n',
  'has 400 MB': 'import time\nx = bytearray(400 << 20)\ntime.sleep(100)\n',
  'has 2000 files': 'import time\nfor i in range(2000): open(str(i), "w").close()\ntime.sleep(100)\n',
};

const { values } = parseArgs({
  options: { runtime: { type: 'string', default: 'auto' }, times: { type: 'string', default: '100' } },
});
const { host, info, supervisors } = await startSupervisors({
  runtime: values.runtime as 'auto' | Runtime,
  production: false,
  slots: 1,
  python: 'python3',
  gvisor: {},
  memoryBytes: MAX_LIMITS.memoryBytes,
});
const [supervisor] = supervisors;
if (supervisor === undefined) throw new Error('no supervisor was started');
console.log(
  `${info.runtime} ${info.runtimeVersion}, Python ${info.pythonVersion}; milliseconds from abort to nothing left`,
);
const rows: string[][] = [];
const all: number[] = [];
for (const [name, solution] of Object.entries(PROGRAMS)) {
  const taken: number[] = [];
  for (let i = 0; i < Number(values.times); i++) taken.push(await abortOnce(solution));
  rows.push(row(name, taken));
  all.push(...taken);
}
rows.push(row('all', all));
console.log(table(['a program that', 'p50', 'p90', 'p99', 'most'], rows));
await supervisor.close();
await host.close();

async function abortOnce(solution: string): Promise<number> {
  const abort = new AbortController();
  const program = { programId: '', prompt: '', solution, testSetupCode: '', tests: ['1'], limits: DEFAULT_LIMITS };
  const judging = supervisor!.judge(program, { again: false, roundSeconds: 0, signal: abort.signal });
  await sleep(RUNNING_MS);
  const started = performance.now();
  abort.abort(new Error('aborted'));
  await judging.catch(() => {});
  return performance.now() - started;
}

function row(name: string, taken: readonly number[]): string[] {
  return [name, ...[0.5, 0.9, 0.99, 1].map((part) => quantile(taken, part).toFixed(1))];
}
