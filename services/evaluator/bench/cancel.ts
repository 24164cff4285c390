// How long a program outlives its caller's cancel: until none of its processes is left, as the machine sees them.
// node services/evaluator/bench/cancel.ts [runtime] [times]
import { setTimeout as sleep } from 'node:timers/promises';
import { EvaluatorServiceClient, Program } from '@leti/proto';
import { createClient, createLogger } from '@leti/rpc';
import { processesOf } from '@leti/sandbox/testing';
import { EvaluatorConfig, startEvaluator } from '../src/index.ts';

const [runtime = 'auto', times = '50'] = process.argv.slice(2);
const KINDS = {
  sleeps: 'import time\ntime.sleep(100)',
  computes: 'while True: pass',
  'computes in C': 'sum(range(10**12))',
  'ignores signals': 'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)',
  forks: 'import os, time\nfor _ in range(6): os.fork() or time.sleep(100)\ntime.sleep(100)',
};
const evaluator = await startEvaluator(EvaluatorConfig.parse({ address: '127.0.0.1:0', slots: 1, runtime }), {
  logger: createLogger({ name: 'bench', level: 'silent' }),
  handleSignals: false,
});
const client = createClient(EvaluatorServiceClient, `127.0.0.1:${evaluator.port}`);

console.log(`from cancel to the last process gone, ms, ${times} times each; load matters`);
for (const [kind, solution] of Object.entries(KINDS)) {
  const taken: number[] = [];
  for (let i = 0; i < Number(times); i++) taken.push(await cancelOnce(`${solution}\n# ${i}`));
  taken.sort((a, b) => a - b);
  const at = (share: number): string =>
    (taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? 0).toFixed(1);
  console.log(`${kind.padEnd(16)} p50 ${at(0.5).padStart(6)}  p90 ${at(0.9).padStart(6)}  most ${at(1).padStart(6)}`);
}
client.close();
await evaluator.close();

async function cancelOnce(solution: string): Promise<number> {
  const abort = new AbortController();
  const program = Program.create({ programId: 'p', solution, tests: ['assert True'] });
  const call = client.evaluateProgram({ program }, { signal: abort.signal }).catch(() => {});
  while (processesOf('candidate').length === 0) await sleep(1);
  await sleep(50); // into its own code
  const started = performance.now();
  abort.abort();
  await call;
  while (processesOf('candidate').length > 0) await sleep(1);
  return performance.now() - started;
}
