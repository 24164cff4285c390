// Judges the same programs on a machine as it is and with four busy processes for each core, and compares the verdicts:
// node libs/sandbox/bench/contention.ts --data DIR [--runtime auto] [--slots 2] [--times 4] [--json]
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Limits, Program } from '@leti/leti';
import { createProgramRunner, DEFAULT_LIMITS, type ProgramRunner, type Runtime } from '../src/index.ts';
import { humanEvalGold, mbppGold } from '../src/testing/benchmark-programs.ts';
import { readMutants } from './agreement/mutants.ts';
import { startBusyProcesses } from './parts/busy-processes.ts';
import { readPrograms } from './parts/hostile-programs.ts';
import { judged, type Judged } from './parts/judged.ts';
import { slowPrograms } from './parts/slow-programs.ts';
import { countBy, quantile } from './parts/statistics.ts';
import { percent, table } from './parts/table.ts';

const TARGET = 0.999;
const SLOW = 42;
const HOSTILE = 58;
const MUTANTS = 150;
const GOLD = 250;

/** The default limits with a fifth of their times: the same distance between CPU limit and wall limit. */
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  cpuTimeMs: DEFAULT_LIMITS.cpuTimeMs / 5,
  wallTimeMs: DEFAULT_LIMITS.wallTimeMs / 5,
};

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    runtime: { type: 'string', default: 'auto' },
    slots: { type: 'string', default: String(availableParallelism()) },
    times: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
});
if (values.data === undefined) throw new Error('contention: --data DIR is needed, with mbpp/ and humaneval/ in it');

const runner = await createProgramRunner({
  runtime: values.runtime as 'auto' | Runtime,
  slots: Number(values.slots),
  keptVerdicts: 0,
});
const busy = availableParallelism() * Number(values.times);
try {
  const programs = await readCorpus(values.data);
  const alone = await judgeAll(runner, programs);
  const stop = startBusyProcesses(busy);
  try {
    print(alone, await judgeAll(runner, programs));
  } finally {
    await stop();
  }
} finally {
  await runner.close();
}

interface Round {
  readonly judged: readonly Judged[];
  readonly seconds: number;
}

/** Right, wrong, slow and hostile programs; the hostile ones keep the limits that their expected outcome is written for. */
async function readCorpus(data: string): Promise<Program[]> {
  const gold = [
    ...mbppGold(join(data, 'mbpp', 'mbpp.jsonl')),
    ...humanEvalGold(join(data, 'humaneval', 'HumanEval.jsonl.gz')),
  ];
  const mutants = (await readMutants(data, { seed: 7, perProgram: 1 })).map(({ program }) => program);
  const hostile = readPrograms('hostile').map(({ program }) => program);
  return [
    ...evenly(gold, GOLD),
    ...evenly(mutants, MUTANTS),
    ...(await slowPrograms(runner, SLOW, LIMITS)).map(({ program }) => program),
    ...evenly(hostile, HOSTILE),
  ].map((program) => ({ ...program, limits: { ...LIMITS, ...program.limits } }));
}

function evenly<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

async function judgeAll(by: ProgramRunner, all: readonly Program[]): Promise<Round> {
  const started = performance.now();
  const found = await Promise.all(all.map((program) => judged(by, program)));
  return { judged: found, seconds: (performance.now() - started) / 1000 };
}

function print(alone: Round, crowded: Round): void {
  const pairs = alone.judged.map((before, i) => ({ before, after: crowded.judged[i]! }));
  const different = pairs.filter(
    ({ before, after }) => before.outcome !== after.outcome || before.exceptionType !== after.exceptionType,
  );
  const equal = pairs.length - different.length;
  const faults = pairs.flatMap(({ before, after }) => [before, after]).filter(isFault).length;
  process.exitCode = equal / pairs.length >= TARGET && faults === 0 ? 0 : 1;
  if (values.json) {
    console.log(JSON.stringify({ programs: pairs.length, equal, faults, busy, different }));
    return;
  }
  const { runtime, runtimeVersion, pythonVersion, slots } = runner.info;
  console.log(`${runtime} ${runtimeVersion}, Python ${pythonVersion}, ${slots} slots, ${busy} busy processes\n`);
  const [few, many] = [alone, crowded].map((round) => countBy(round.judged, ({ outcome }) => outcome));
  const outcomes = [...new Set([...few!.keys(), ...many!.keys()])];
  const rows = outcomes.map((outcome) => [outcome, few!.get(outcome) ?? 0, many!.get(outcome) ?? 0]);
  const times = [alone, crowded].map((round) => {
    const wall = round.judged.map(({ wallMs }) => wallMs);
    return `${quantile(wall, 0.5).toFixed(1)} / ${quantile(wall, 0.99).toFixed(0)}`;
  });
  rows.push(['wall ms p50 / p99', ...times], ['seconds in all', alone.seconds.toFixed(1), crowded.seconds.toFixed(1)]);
  console.log(table(['outcome', 'as it is', `${values.times}× contention`], rows));
  console.log(`\nequal verdicts: ${equal} of ${pairs.length} (${percent(equal, pairs.length)}, target 99.90 %)`);
  console.log(`infrastructure faults: ${faults}`);
  for (const { before, after } of different) console.log(`  ${before.programId}: ${told(before)} → ${told(after)}`);
}

function isFault({ outcome }: Judged): boolean {
  return outcome.startsWith('error');
}

function told({ outcome, exceptionType, cpuMs, wallMs }: Judged): string {
  return `${outcome} ${exceptionType} (CPU ${cpuMs.toFixed(0)} ms, wall ${wallMs.toFixed(0)} ms)`.replace('  ', ' ');
}
