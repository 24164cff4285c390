// Judges every gold program of MBPP and HumanEval in a data folder (mbpp/, humaneval/) and prints counts and cost:
// node libs/sandbox/bench/gold.ts DATA_FOLDER [runtime] [slots]
import { join } from 'node:path';
import type { Evaluation, Program } from '@leti/leti';
import { createProgramRunner, type Runtime } from '../src/index.ts';
import { humanEvalGold, mbppGold } from '../src/testing/benchmark-programs.ts';

const [data = '.', runtime = 'auto', slots = '2'] = process.argv.slice(2);
const runner = await createProgramRunner({
  runtime: runtime as 'auto' | Runtime,
  slots: Number(slots),
  keptVerdicts: 0,
});
console.log(
  `${runner.info.runtime} ${runner.info.runtimeVersion}, Python ${runner.info.pythonVersion}, ${slots} slots`,
);
await judgeAll('MBPP', mbppGold(join(data, 'mbpp', 'mbpp.jsonl')));
await judgeAll('HumanEval', humanEvalGold(join(data, 'humaneval', 'HumanEval.jsonl.gz')));
await runner.close();

async function judgeAll(name: string, programs: readonly Program[]): Promise<void> {
  const started = performance.now();
  const limits = { cpuTimeMs: 60_000, wallTimeMs: 120_000 };
  const evaluations = await Promise.all(programs.map((program) => runner.evaluate({ ...program, limits })));
  const ms = performance.now() - started;
  const passed = evaluations.filter(({ outcome }) => outcome === 'passed');
  console.log(
    `${name}: ${passed.length}/${programs.length} passed, ${(ms / programs.length).toFixed(2)} ms a program in all`,
  );
  console.log(`  wall ms ${percentiles(evaluations, 'wallTimeMs')}; CPU ms ${percentiles(evaluations, 'cpuTimeMs')}`);
  for (const { programId, outcome, cpuTimeMs, feedback } of evaluations) {
    if (outcome !== 'passed') console.log(`  ${programId}: ${outcome}\n${feedback}`);
    else if (cpuTimeMs > 2_000) console.log(`  ${programId}: ${(cpuTimeMs / 1_000).toFixed(1)} s CPU`);
  }
}

function percentiles(evaluations: readonly Evaluation[], key: 'wallTimeMs' | 'cpuTimeMs'): string {
  const sorted = evaluations.map((evaluation) => evaluation[key]).toSorted((a, b) => a - b);
  return [50, 90, 99].map((p) => `p${p} ${(sorted[Math.floor((sorted.length * p) / 100)] ?? 0).toFixed(1)}`).join(' ');
}
