// What programs that misbehave cost those that do not: a client's honest programs alone, then beside another client's flood:
// node libs/sandbox/bench/flood.ts [--runtime auto] [--slots 2] [--programs 300] [--json]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Program } from '@leti/leti';
import { createProgramRunner, type Caller, type ProgramRunner, type RunnerCounts, type Runtime } from '../src/index.ts';
import { quantile } from './parts/statistics.ts';
import { table } from './parts/table.ts';

const HONEST = 'def f(n):\n    return n + 1\n';

/** What the other client sends, by what becomes of a sandbox after it. */
const FLOODS: readonly { readonly name: string; readonly solution: string | undefined }[] = [
  { name: 'alone', solution: undefined },
  { name: 'beside honest programs', solution: HONEST },
  { name: 'beside endless loops', solution: 'while True: pass\n' },
  { name: 'beside process limits', solution: 'import os, time\nfor _ in range(40): os.fork() or time.sleep(9)\n' },
  { name: 'beside fork bombs', solution: 'import os\nwhile True: os.fork()\n' },
  { name: 'beside tampering', solution: 'import os\nos.write(3, b"verdict")\n' },
];

/** A tenth of the default: a fork bomb and a loop end by their limits. */
const LIMITS = { cpuTimeMs: 500, wallTimeMs: 1500 };

const { values } = parseArgs({
  options: {
    runtime: { type: 'string', default: 'auto' },
    slots: { type: 'string', default: String(availableParallelism()) },
    programs: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
  },
});

const count = Number(values.programs);
const figures: (Figures & { readonly name: string })[] = [];
for (const flood of FLOODS) {
  const runner = await createProgramRunner({
    runtime: values.runtime as 'auto' | Runtime,
    slots: Number(values.slots),
    keptVerdicts: 0,
  });
  try {
    figures.push({ ...(await measure(runner, flood.solution)), name: flood.name });
  } finally {
    await runner.close();
  }
}
print();

interface Figures {
  /** Milliseconds of the honest client's time for each of its programs. */
  readonly msPerProgram: number;
  /** From a program's sending to its verdict, when as many wait as there are slots. */
  readonly waitMs: { readonly p50: number; readonly p99: number };
  readonly wrong: number;
  readonly flooded: number;
  readonly replaced: RunnerCounts['sandboxesReplaced'];
}

/** Judges the honest client's programs, while another keeps twice the slots of its own under way, if it sends any. */
async function measure(runner: ProgramRunner, solution: string | undefined): Promise<Figures> {
  const done = new AbortController();
  let flooded = 0;
  const flooding = Array.from({ length: solution === undefined ? 0 : 2 * runner.info.slots }, async () => {
    const caller: Caller = { client: 'flood', call: undefined };
    while (!done.signal.aborted) {
      const sent = programOf(`flood-${flooded++}`, solution!);
      await runner.evaluate(sent, { caller, signal: done.signal }).catch(() => {});
    }
  });
  const waits: number[] = [];
  let next = 0;
  let wrong = 0;
  const started = performance.now();
  const honest = Array.from({ length: 2 * runner.info.slots }, async () => {
    const caller: Caller = { client: 'honest', call: undefined };
    while (next < count) {
      const sent = performance.now();
      const { outcome } = await runner.evaluate(programOf(`honest-${next++}`, HONEST), { caller });
      waits.push(performance.now() - sent);
      if (outcome !== 'passed') wrong += 1;
    }
  });
  await Promise.all(honest);
  const msPerProgram = (performance.now() - started) / count;
  done.abort();
  await Promise.all(flooding);
  const replaced = runner.counts.sandboxesReplaced;
  return { msPerProgram, waitMs: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) }, wrong, flooded, replaced };
}

/** No two alike. */
function programOf(programId: string, solution: string): Program {
  return {
    programId,
    prompt: `# ${programId}\n`,
    solution,
    testSetupCode: '',
    tests: ['assert f(1) == 2'],
    limits: LIMITS,
  };
}

function print(): void {
  if (values.json) {
    console.log(JSON.stringify({ programs: count, slots: Number(values.slots), figures }));
    return;
  }
  const rows = figures.map(({ name, msPerProgram, waitMs, wrong, flooded, replaced }) => [
    name,
    ...[msPerProgram, waitMs.p50, waitMs.p99].map((ms) => ms.toFixed(1)),
    wrong,
    flooded,
    Object.entries(replaced)
      .filter(([, times]) => times > 0)
      .map(([why, times]) => `${times} ${why}`)
      .join(', '),
  ]);
  console.log(`${count} honest programs of one client, ${values.slots} slots, ${values.runtime}\n`);
  console.log(
    table(['', 'ms a program', 'wait p50', 'p99', 'not passed', "other's programs", 'sandboxes replaced'], rows),
  );
}
