// Judges every hostile program, one after the other with an ordinary one after each, and prints what they cost and leave:
// node test/programs/bench.ts [--runtimes sandlock,gvisor] [--python PATH] [--only NAME,…] [--json]
// Times mean something on a quiet machine only. Ends with status 1 when a hostile program passes or something is left.
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Evaluation, Program } from '@leti/leti';
import { commandLine, descendants } from '@leti/sandbox/testing';
import { createProgramRunner, NoIsolationError, SandboxLostError, type Runtime } from '@leti/sandbox';
import { leftFiles, leftForks, leftKernelObjects } from './leftovers.ts';
import { readPrograms, type ProgramCase } from './read-programs.ts';

/** What one hostile program cost. Times in ms. */
interface Cost {
  readonly name: string;
  readonly outcome: string;
  /** CPU time, or wall time where that was the limit, beyond the program's own. */
  readonly overMs: number;
  /** From the program's end to its verdict, sweep and wiping included. */
  readonly endMs: number;
  /** The next ordinary program, start to verdict. */
  readonly nextMs: number;
}

/** The figures of one runtime. */
interface Figures {
  readonly title: string;
  /** Times of ordinary programs before the first hostile one, in ms. */
  readonly alone: readonly number[];
  readonly costs: readonly Cost[];
  readonly passed: readonly string[];
  readonly unexpected: readonly string[];
  /** Programs that the machine was too busy to judge. */
  readonly undecided: readonly string[];
  readonly left: readonly string[];
}

/** What a program may cost beyond its own limit, in ms. */
const TARGET_MS = 100;
const ORDINARY_ROUNDS = 30;

const { values } = parseArgs({
  options: {
    runtimes: { type: 'string', default: 'sandlock,gvisor' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const names = values.only?.split(',');
const cases = readPrograms('hostile').filter(({ name }) => names === undefined || names.includes(name));
const tables: Figures[] = [];
for (const runtime of values.runtimes.split(',') as Runtime[]) {
  const result = await judgeAll(runtime);
  if (typeof result === 'string') process.stderr.write(`SKIPPED ${runtime}: ${result}\n`);
  else tables.push(result);
}
if (values.json) console.log(JSON.stringify(tables, undefined, 2));
else for (const figures of tables) print(figures);
if (tables.some(({ passed, unexpected, left }) => passed.length + unexpected.length + left.length > 0))
  process.exitCode = 1;

/** The figures of one runtime, or why it cannot run here. */
async function judgeAll(runtime: Runtime): Promise<Figures | string> {
  const runner = await createProgramRunner({
    runtime,
    slots: 1,
    pythonPath: values.python,
    keptVerdicts: 0,
    cpuScale: 1,
  }).catch((error: unknown) => {
    if (error instanceof NoIsolationError) return error.message;
    throw error;
  });
  if (typeof runner === 'string') return runner;
  let asked = 0;
  const ordinary = async (): Promise<number> => {
    const started = performance.now();
    const { outcome } = await runner.evaluate(ordinaryProgram(asked++));
    if (outcome !== 'passed') throw new Error(`an ordinary program ended as ${outcome}`);
    return performance.now() - started;
  };
  for (let i = 0; i < 5; i++) await ordinary();
  const alone: number[] = [];
  for (let i = 0; i < ORDINARY_ROUNDS; i++) alone.push(await ordinary());
  // The slot's sandbox, and the one that stands ready once the first has been replaced: it is not to hide as many forks of programs.
  const most = 2 * ownProcesses().length;
  const costs: Cost[] = [];
  const passed: string[] = [];
  const unexpected: string[] = [];
  const undecided: string[] = [];
  for (const one of cases) {
    const started = performance.now();
    const evaluation = await runner.evaluate(one.program).catch((error: unknown) => {
      if (error instanceof SandboxLostError) return undefined;
      throw error;
    });
    if (evaluation === undefined) {
      undecided.push(one.name);
      continue;
    }
    const endMs = performance.now() - started - evaluation.wallTimeMs;
    const { outcome } = evaluation;
    if (outcome === 'passed') passed.push(one.name);
    else if (!one.expected.includes(outcome)) unexpected.push(`${one.name}: ${outcome}`);
    costs.push({ name: one.name, outcome, overMs: overLimit(one, evaluation), endMs, nextMs: await ordinary() });
  }
  // A sandbox that saw a violation may be on its way out, and a fresh one on its way in.
  for (let i = 0; i < 100 && (ownProcesses().length > most || leftForks().length > 0); i++) await setTimeout(100);
  const left = [...ownProcesses().slice(most), ...leftForks(), ...leftFiles(), ...leftKernelObjects()];
  await runner.close();
  left.push(...ownProcesses());
  const { runtimeVersion, pythonVersion } = runner.info;
  const title = `${runtime} ${runtimeVersion}, Python ${pythonVersion}`;
  return { title, alone, costs, passed, unexpected, undecided, left };
}

/** Milliseconds of CPU time, or of wall time where that was the limit, beyond the program's own. */
function overLimit({ program }: ProgramCase, { outcome, cpuTimeMs, wallTimeMs }: Evaluation): number {
  const { cpuTimeMs: cpu = 0, wallTimeMs: wall = 0 } = program.limits;
  return Math.max(0, outcome === 'wall_timeout' ? wallTimeMs - wall : cpuTimeMs - cpu);
}

function ordinaryProgram(number: number): Program {
  return {
    programId: `ordinary-${number}`,
    prompt: '',
    solution: `def add(a, b):\n    return a + b\n`,
    testSetupCode: '',
    tests: [`assert add(${number}, 1) == ${number + 1}`],
    limits: {},
  };
}

function ownProcesses(): string[] {
  return descendants(process.pid)
    .map(commandLine)
    .filter((command) => /run_|runsc|sleep/.test(command));
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

function print({ title, alone, costs, passed, unexpected, undecided, left }: Figures): void {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const usual = alone.toSorted((a, b) => a - b);
  const next = costs.map(({ nextMs }) => nextMs).toSorted((a, b) => a - b);
  const worst = costs.toSorted((a, b) => b.overMs - a.overMs);
  const slowest = costs.toSorted((a, b) => b.endMs - a.endMs);
  console.log(`${title}: ${costs.length} hostile programs`);
  console.log(`  false passes ${passed.length}${passed.map((name) => ` ${name}`).join('')}`);
  console.log(`  too busy to judge ${undecided.length}${undecided.map((name) => ` ${name}`).join('')}`);
  console.log(`  other ends than expected ${unexpected.length}${unexpected.map((text) => ` ${text}`).join(',')}`);
  console.log(
    `  left processes, files and kernel objects ${left.length}${left.map((text) => `\n    ${text}`).join('')}`,
  );
  console.log(
    `  beyond their own limit ${costs.filter(({ overMs }) => overMs > TARGET_MS).length} by more than ${TARGET_MS} ms`,
  );
  for (const { name, outcome, overMs } of worst.slice(0, 5)) console.log(`    ${ms(overMs)} ${name} (${outcome})`);
  console.log('  from the end to the verdict, the longest');
  for (const { name, outcome, endMs } of slowest.slice(0, 5)) console.log(`    ${ms(endMs)} ${name} (${outcome})`);
  console.log(`  ordinary program alone: median ${ms(quantile(usual, 0.5))}, p90 ${ms(quantile(usual, 0.9))}`);
  console.log(
    `  ordinary program after a hostile one: median ${ms(quantile(next, 0.5))}, p90 ${ms(quantile(next, 0.9))}, worst ${ms(next.at(-1) ?? 0)}`,
  );
}
