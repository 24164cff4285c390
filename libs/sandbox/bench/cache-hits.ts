// How many of a training run's programs need no run of their own, by the evaluator's cache, from the run's own records:
// node libs/sandbox/bench/cache-hits.ts RUN_FOLDER
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluation, Problem } from '@leti/leti';
import { EvaluationCache } from '../src/evaluation-cache.ts';
import { DEFAULT_LIMITS } from '../src/limits.ts';

const [run = '.'] = process.argv.slice(2);
const problems = new Map(readLines<Problem>(join(run, 'problems.jsonl')).map((each) => [each.problemId, each]));
let recorded: Evaluation | undefined;
const cache = new EvaluationCache(() => Promise.resolve({ verdict: { ...recorded!, executions: 1 } }), 20_000);
const caller = { client: 'bench', call: undefined };

console.log('iteration  programs    run  same text  same tokens  share not run');
let before = cache.counts;
for (const iteration of readdirSync(join(run, 'iterations')).toSorted()) {
  const folder = join(run, 'iterations', iteration);
  if (!existsSync(join(folder, 'evaluations.jsonl'))) continue;
  const solutions = readLines<{ problemId: string; text: string }>(join(folder, 'solutions.jsonl'));
  const evaluations = readLines<Evaluation>(join(folder, 'evaluations.jsonl'));
  for (const [index, { problemId, text }] of solutions.entries()) {
    recorded = evaluations[index]!;
    await cache.evaluate(
      { ...problems.get(problemId)!, programId: '', solution: text, limits: DEFAULT_LIMITS },
      caller,
    );
  }
  const { run: ran, reused, alike } = cache.counts;
  print(iteration, ran - before.run, reused - before.reused, alike - before.alike);
  before = cache.counts;
}
print('all', before.run, before.reused, before.alike);

function print(name: string, ran: number, reused: number, alike: number): void {
  const all = ran + reused + alike;
  const cells = [
    String(all).padStart(8),
    String(ran).padStart(5),
    String(reused).padStart(9),
    String(alike).padStart(11),
  ];
  console.log(`${name.padEnd(9)}  ${cells.join('  ')}  ${(100 * (1 - ran / all)).toFixed(1).padStart(11)} %`);
}

function readLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
