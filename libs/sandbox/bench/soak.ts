// Judges a hundred thousand programs, 2 % of them hostile, and says whether anything grows, slows down, is left over or is misjudged:
// node libs/sandbox/bench/soak.ts --data DIR [--programs 100000] [--slots 2] [--runtime auto] [--out FILE]
// Ctrl-C ends it early with the figures so far.
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Program } from '@leti/leti';
import { createProgramRunner, type Runtime } from '../src/index.ts';
import { judged, type Judged } from './parts/judged.ts';
import { createProgressBar } from './parts/progress-bar.ts';
import { SandboxProcesses } from './parts/sandbox-processes.ts';
import { readSoakPrograms, type SoakProgram } from './parts/soak-programs.ts';
import { quantile } from './parts/statistics.ts';
import { table } from './parts/table.ts';
import { drift, type Times, windowsOf } from './parts/windows.ts';

const ONE_IN = 50;
const ATTEMPTS = 5;
const WINDOWS = 10;
const SAMPLES = 200;
const WARM_UP = 0.1;
const MIB = 2 ** 20;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    programs: { type: 'string', default: '100000' },
    slots: { type: 'string', default: String(availableParallelism()) },
    runtime: { type: 'string', default: 'auto' },
    out: { type: 'string', default: join(tmpdir(), 'leti-soak.json') },
  },
});
if (values.data === undefined) throw new Error('soak: --data DIR is needed, with mbpp/ and humaneval/ in it');

const total = Number(values.programs);
const slots = Number(values.slots);
const runner = await createProgramRunner({ runtime: values.runtime as 'auto' | Runtime, slots, keptVerdicts: 0 });
const { ordinary, hostile, wrong } = await readSoakPrograms(values.data, runner);
const processes = new SandboxProcesses();
const bar = createProgressBar(total);
/** Of the ordinary programs: hostile ones end when they are made to, and their times say nothing about ours. */
const times: Times = { wallMs: new Float64Array(total), cpuMs: new Float64Array(total) };
let timed = 0;
const outcomes = new Map<string, number>();
let judgedCount = 0;
const misjudged: string[] = wrong.map(({ programId, outcome }) => `${programId}: ${outcome} at first`);
const askedAgain: string[] = [];
let next = 0;
let stopped = false;
process.once('SIGINT', () => (stopped = true));

const began = performance.now();
const loads: number[] = [];
// Twice as many as slots, so that none waits for this process.
await Promise.all(Array.from({ length: 2 * slots }, feed));
const seconds = (performance.now() - began) / 1000;
bar.end();
await runner.close();
report();

async function feed(): Promise<void> {
  while (next < total && !stopped) {
    const place = next++;
    const isHostile = place % ONE_IN === 0;
    const { program, expected } = isHostile ? pick(hostile, place / ONE_IN) : pick(ordinary, place);
    const { outcome, wallMs, cpuMs } = await decided(program);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    judgedCount += 1;
    if (!isHostile) {
      times.wallMs[timed] = wallMs;
      times.cpuMs[timed++] = cpuMs;
    }
    if (!(expected as readonly string[]).includes(outcome))
      misjudged.push(`${program.programId}: ${outcome}, expected ${expected.join(' or ')}`);
    if (judgedCount % Math.ceil(total / SAMPLES) === 0) {
      processes.sample(judgedCount);
      loads.push(loadavg()[0] ?? 0);
    }
    bar.show(
      judgedCount,
      `${(judgedCount / ((performance.now() - began) / 1000)).toFixed(0)}/s, ${misjudged.length} misjudged`,
    );
  }
}

/** The verdict on a program; where there is none, because the machine was too busy say, it is asked for again, as callers do. */
async function decided(program: Program): Promise<Judged> {
  for (let attempt = 1; ; attempt++) {
    const verdict = await judged(runner, program);
    if (!verdict.outcome.startsWith('error') || attempt === ATTEMPTS) return verdict;
    askedAgain.push(`${program.programId}: ${verdict.outcome}`);
  }
}

/** Every program in turn, in an order that is not that of the file. */
function pick(programs: readonly SoakProgram[], turn: number): SoakProgram {
  return programs[(turn * 7919) % programs.length]!;
}

function report(): void {
  const warmTimes = (all: Float64Array): Float64Array => all.subarray(Math.floor(WARM_UP * timed), timed);
  const windows = windowsOf({ wallMs: warmTimes(times.wallMs), cpuMs: warmTimes(times.cpuMs) }, WINDOWS);
  const samples = processes.samples.slice(Math.floor(WARM_UP * processes.samples.length));
  const sizes = (['pssBytes', 'rssBytes', 'ownHeapBytes', 'ownRssBytes'] as const).map((key) => {
    const parts = inParts(
      samples.map((sample) => sample[key] / MIB),
      WINDOWS,
    ).map((part) => quantile(part, 0.5));
    return { key, parts, drift: drift(parts) };
  });
  const left = processes.left();
  const result = {
    runtime: runner.info.runtime,
    runtimeVersion: runner.info.runtimeVersion,
    pythonVersion: runner.info.pythonVersion,
    slots,
    programs: judgedCount,
    hostile: judgedCount - timed,
    seconds,
    load: { least: Math.min(...loads), most: Math.max(...loads) },
    outcomes: Object.fromEntries([...outcomes].toSorted((a, b) => b[1] - a[1])),
    misjudged,
    askedAgain,
    orphans: { most: processes.mostOrphans, left },
    windows,
    drift: {
      wallP50: drift(windows.map(({ wallP50 }) => wallP50)),
      wallP99: drift(windows.map(({ wallP99 }) => wallP99)),
      cpuP99: drift(windows.map(({ cpuP99 }) => cpuP99)),
      ...Object.fromEntries(sizes.map((size) => [size.key, size.drift])),
    },
    memory: processes.samples,
  };
  writeFileSync(values.out, JSON.stringify(result));
  const { load } = result;
  console.log(
    `${result.runtime} ${result.runtimeVersion}, Python ${result.pythonVersion}, ${slots} slots: ${judgedCount} programs, ` +
      `${result.hostile} hostile, in ${(seconds / 60).toFixed(1)} min (${(judgedCount / seconds).toFixed(0)} a second), ` +
      `load ${load.least.toFixed(1)} to ${load.most.toFixed(1)}\n`,
  );
  const rows = windows.map((window, i) => [
    `${i + 1}`,
    window.programs,
    ...[window.wallP50, window.wallP99, window.cpuP50, window.cpuP99].map((ms) => ms.toFixed(1)),
    ...sizes.map(({ parts }) => (parts[i] ?? Number.NaN).toFixed(0)),
  ]);
  const header = [
    'window',
    'programs',
    'wall p50',
    'p99',
    'CPU p50',
    'p99',
    'PSS MiB',
    'RSS MiB',
    'own heap',
    'own RSS',
  ];
  console.log(table(header, rows));
  const told = Object.entries(result.drift).map(([key, value]) => `${key} ${(100 * value).toFixed(1)} %`);
  console.log(`\ndrift from first to last window: ${told.join(', ')}`);
  console.log(
    `outcomes: ${Object.entries(result.outcomes)
      .map(([outcome, n]) => `${outcome} ${n}`)
      .join(', ')}`,
  );
  console.log(
    `misjudged: ${misjudged.length}; without a verdict at first: ${askedAgain.length}; orphans: at most ${processes.mostOrphans} while running, ${left} left`,
  );
  for (const line of misjudged.slice(0, 20)) console.log(`  ${line}`);
  console.log(`all figures: ${values.out}`);
}

function inParts<T>(items: readonly T[], count: number): T[][] {
  const size = Math.ceil(items.length / count);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size)).filter(
    (part) => part.length > 0,
  );
}
