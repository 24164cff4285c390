// Compares the judge with plain execution in one process on mutants of gold programs, in outcome, exception type and feedback:
// node libs/sandbox/bench/agreement/main.ts --data DIR [--seed 1] [--mutants 5] [--slots 2] [--runtime auto] [--python python3] [--json]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createProgramRunner, DEFAULT_LIMITS, type Runtime } from '../../src/index.ts';
import { countBy } from '../parts/statistics.ts';
import { percent, table } from '../parts/table.ts';
import { compareVerdicts, type Agreement, type Difference } from './compare-verdicts.ts';
import { judgeAll } from './judge-all.ts';
import { readMutants, type Mutant } from './mutants.ts';
import { runPlainly, type PlainVerdict } from './plain-execution.ts';

const TARGET = 0.999;
/** A second is enough for all but endless loops; the wall limit is out of the way. */
const LIMITS = { ...DEFAULT_LIMITS, cpuTimeMs: 1_000, wallTimeMs: 120_000 };

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    seed: { type: 'string', default: '1' },
    mutants: { type: 'string', default: '5' },
    slots: { type: 'string', default: String(availableParallelism()) },
    runtime: { type: 'string', default: 'auto' },
    python: { type: 'string', default: 'python3' },
    json: { type: 'boolean', default: false },
  },
});
if (values.data === undefined) throw new Error('agreement: --data DIR is needed, with mbpp/ and humaneval/ in it');

const { python } = values;
const workers = Number(values.slots);
const mutants = await readMutants(values.data, {
  seed: Number(values.seed),
  perProgram: Number(values.mutants),
  python,
});
const runner = await createProgramRunner({
  runtime: values.runtime as 'auto' | Runtime,
  slots: workers,
  pythonPath: python,
  keptVerdicts: 0,
});
const { info } = runner;
const judge = await judgeAll(runner, mutants, LIMITS);
await runner.close();
const programs = mutants.map(({ program }) => program);
const plain = await runPlainly(programs, { limits: LIMITS, workers, python });
const agreement = compareVerdicts(mutants, plain, judge, LIMITS.cpuTimeMs);
process.exitCode = agreement.verdicts.length <= (1 - TARGET) * agreement.programs ? 0 : 1;
if (values.json) {
  const { runtime, runtimeVersion, pythonVersion } = info;
  console.log(JSON.stringify({ runtime, runtimeVersion, pythonVersion, seed: Number(values.seed), ...agreement }));
} else {
  console.log(`${info.runtime} ${info.runtimeVersion}, Python ${info.pythonVersion}, seed ${values.seed}\n`);
  print(agreement, mutants, plain);
}

function print(
  { programs: count, verdicts, feedbacks }: Agreement,
  all: readonly Mutant[],
  ends: readonly PlainVerdict[],
): void {
  const byOutcome = countBy(ends, ({ outcome }) => outcome);
  const differing = countBy(verdicts, (difference) => difference.plain.outcome);
  const texts = countBy(feedbacks, (difference) => difference.plain.outcome);
  const rows = [...byOutcome].map(([outcome, n]) => [outcome, n, differing.get(outcome) ?? 0, texts.get(outcome) ?? 0]);
  rows.push(['all', count, verdicts.length, feedbacks.length]);
  console.log(table(['plain outcome', 'mutants', 'verdict differs', 'only text differs'], rows));
  const kinds = new Set(all.flatMap(({ mutations }) => mutations)).size;
  console.log(
    `\n${kinds} kinds of mutation; outcome and exception type equal on ${percent(count - verdicts.length, count)}`,
  );
  console.log(
    `(target 99.90 %); feedback byte for byte on ${percent(count - verdicts.length - feedbacks.length, count)}`,
  );
  printGroups('Differences in the verdict', verdicts);
  printGroups('Differences in the text alone', feedbacks);
}

function printGroups(title: string, differences: readonly Difference[]): void {
  if (differences.length > 0) console.log(`\n${title}:`);
  for (const [cause, n] of countBy(differences, (difference) => difference.cause)) {
    const ids = differences
      .filter((difference) => difference.cause === cause)
      .map(({ mutant }) => `${mutant.program.programId} (${mutant.mutations.join(', ')})`);
    console.log(`  ${n} × ${cause}\n    ${ids.join('\n    ')}`);
  }
}
