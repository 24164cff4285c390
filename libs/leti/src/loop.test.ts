import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Evaluation } from './evaluation.ts';
import type { GroupSummary, JudgedGroup } from './group.ts';
import { type LoopParts, type LoopPlan, runLoop, type SampleRequest } from './loop.ts';
import type { Problem } from './problem.ts';
import { sampleSeed } from './seeds.ts';
import type { Solution } from './solution.ts';
import type { PinnedCheckpoint } from './training-run.ts';
import { exampleEvaluation } from './testing/example-evaluation.ts';

const digestOf = (...parts: unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
const problems: Problem[] = ['a', 'b', 'c', 'd'].map((problemId) => ({
  problemId,
  prompt: `# ${problemId}\n`,
  testSetupCode: '',
  tests: ['assert True'],
}));
const plan: LoopPlan = {
  problems,
  iterations: 3,
  samplesPerProblem: 2,
  seed: 5n,
  baseCheckpoint: { path: '/base', digest: 'base' },
};

/** A world that outlives the loop: what a run store and services would hold. */
class World {
  readonly groups = new Map<number, { group: JudgedGroup; summary: GroupSummary }[]>();
  readonly iterations: PinnedCheckpoint[] = [];
  readonly requests: SampleRequest[] = [];
  readonly events: string[] = [];
  /** Everything that was judged, in order; more than once only if interrupted between judging and recording. */
  readonly judged: string[] = [];

  /** Parts over this world, in which the `failAt`-th visit to any of them fails. */
  parts(failAt = Number.POSITIVE_INFINITY): LoopParts {
    let visits = 0;
    const visit = async (): Promise<void> => {
      await Promise.resolve();
      if (++visits === failAt) throw new Error(`visit ${failAt}`);
    };
    const { groups, iterations, requests, events, judged } = this;
    return {
      sampler: {
        async *sample(request) {
          requests.push(request);
          for (const problem of request.problems) {
            await visit();
            yield { problem, solutions: solutionsOf(problem, request) };
          }
        },
      },
      judge: {
        async judge(problem, solutions) {
          await visit();
          judged.push(`${problem.problemId} ${solutions[0]?.weightsDigest}`);
          return solutions.map(({ text, sampleIndex }) => evaluationOf(`${sampleIndex}`, text));
        },
      },
      learner: {
        async learn(iteration, from) {
          await visit();
          const learnt = groups
            .get(iteration)!
            .toSorted((a, b) => (a.summary.problemId < b.summary.problemId ? -1 : 1));
          const digest = digestOf(from.digest, ...learnt.map(({ group }) => group.solutions.map((s) => s.text)));
          return { checkpoint: { path: `/${iteration}`, digest }, losses: { fcftLoss: 1, pretrainingLoss: 2 } };
        },
      },
      ledger: {
        finishedIterations: async () => iterations,
        finishedGroups: async (iteration) => (groups.get(iteration) ?? []).map(({ summary }) => summary),
        async recordGroup(iteration, group, summary) {
          await visit();
          groups.set(iteration, [...(groups.get(iteration) ?? []), { group, summary }]);
        },
        async recordIteration(iteration, { checkpoint, figures }) {
          await visit();
          iterations.push(checkpoint);
          events.push(`iteration ${iteration} samples ${figures.samples}`);
        },
      },
      observer: {
        async groupFinished(iteration, { problemId }, done, total) {
          events.push(`${iteration} ${problemId} ${done}/${total}`);
        },
        iterationFinished: async () => {},
      },
    };
  }
  /** What must not depend on interruptions. */
  outcome(): unknown {
    const byProblem = ([iteration, groups]: [number, { group: JudgedGroup }[]]) => [
      iteration,
      groups.map(({ group }) => group).toSorted((a, b) => (a.problem.problemId < b.problem.problemId ? -1 : 1)),
    ];
    return { iterations: this.iterations, groups: [...this.groups].map(byProblem) };
  }
}

function solutionsOf(problem: Problem, request: SampleRequest): Solution[] {
  return Array.from({ length: request.samplesPerProblem }, (_, sampleIndex) => {
    const seed = sampleSeed(request.seed, problem.problemId, sampleIndex);
    return {
      problemId: problem.problemId,
      sampleIndex,
      text: digestOf(request.checkpoint.digest, seed.toString(), request.condition),
      tokenIds: [1],
      logprobs: [0],
      finishReason: 'length',
      engine: 'local',
      weightsDigest: request.checkpoint.digest,
      seed,
      condition: request.condition,
    };
  });
}

function evaluationOf(programId: string, text: string): Evaluation {
  const outcome = text < '8' ? 'passed' : 'exception';
  return exampleEvaluation({ programId, outcome, feedback: outcome === 'passed' ? '' : text });
}

const never = new AbortController().signal;

describe('runLoop', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  test('samples without reward token first, then under good, each time from the newest weights', async () => {
    await runLoop(plan, world.parts(), never);
    expect(world.requests.map(({ condition }) => condition)).toEqual(['none', 'good', 'good']);
    expect(world.requests.map(({ checkpoint }) => checkpoint.path)).toEqual(['/base', '/1', '/2']);
    expect(new Set(world.requests.map(({ seed }) => seed)).size).toBe(3);
  });
  test('counts groups up to the total and every sample once', async () => {
    await runLoop(plan, world.parts(), never);
    expect(world.events.slice(0, 5)).toEqual(['1 a 1/4', '1 b 2/4', '1 c 3/4', '1 d 4/4', 'iteration 1 samples 8']);
  });
  test('judges while sampling goes on', async () => {
    const parts = world.parts();
    const order: string[] = [];
    const sampler: LoopParts['sampler'] = {
      async *sample(request, signal) {
        for await (const group of parts.sampler.sample(request, signal)) {
          order.push(`sampled ${group.problem.problemId}`);
          yield group;
          await new Promise((resolve) => setImmediate(resolve)); // as long as decoding another group would take
        }
      },
    };
    const judge: LoopParts['judge'] = {
      async judge(problem, solutions, signal) {
        order.push(`judged ${problem.problemId}`);
        return parts.judge.judge(problem, solutions, signal);
      },
    };
    await runLoop({ ...plan, iterations: 1 }, { ...parts, sampler, judge }, never);
    expect(order).toEqual(['a', 'b', 'c', 'd'].flatMap((id) => [`sampled ${id}`, `judged ${id}`]));
  });

  test('interrupted anywhere and run again, ends as if it had not been, with nothing recorded twice', async () => {
    await runLoop(plan, world.parts(), never);
    let interruptions = 0;
    for (let failAt = 1; ; failAt++) {
      const other = new World();
      const first = await runLoop(plan, other.parts(failAt), never).catch((error: Error) => error);
      if (!(first instanceof Error)) break;
      interruptions++;
      expect(first.message).toBe(`visit ${failAt}`);
      expect(await runLoop(plan, other.parts(), never)).toEqual(world.iterations.at(-1));
      expect(other.outcome()).toEqual(world.outcome());
    }
    expect(interruptions).toBe(3 * (4 + 4 + 4 + 1 + 1)); // sample, judge, record per group; learn, record per iteration
  });
  test('keeps groups that were sampled before the sampler failed', async () => {
    await expect(runLoop(plan, world.parts(8), never)).rejects.toThrow('visit 8'); // some visit in the middle of iteration 1
    const kept = world.groups.get(1)!.map(({ summary }) => summary.problemId);
    await runLoop(plan, world.parts(), never);
    expect(kept.length).toBeGreaterThan(0);
    expect(world.requests[1]!.problems.map(({ problemId }) => problemId)).not.toContain(kept[0]);
  });
  test('stops with the signal reason and goes on later', async () => {
    const cancel = new AbortController();
    const parts = world.parts();
    const judge: LoopParts['judge'] = {
      async judge(problem, solutions, signal) {
        if (problem.problemId === 'c') cancel.abort(new Error('cancelled by user'));
        return parts.judge.judge(problem, solutions, signal);
      },
    };
    await expect(runLoop(plan, { ...parts, judge }, cancel.signal)).rejects.toThrow('cancelled by user');
    expect(world.iterations).toEqual([]);
    const undisturbed = new World();
    await runLoop(plan, undisturbed.parts(), never);
    await runLoop(plan, world.parts(), never);
    expect(world.outcome()).toEqual(undisturbed.outcome());
  });
  test('does nothing when every iteration is finished', async () => {
    const last = await runLoop(plan, world.parts(), never);
    expect(await runLoop(plan, world.parts(1), never)).toEqual(last);
  });
  test.each([
    ['too few samples', (s: readonly Solution[]) => s.slice(1)],
    ['samples out of order', (s: readonly Solution[]) => s.toReversed()],
    ["another problem's samples", (s: readonly Solution[]) => s.map((x) => ({ ...x, problemId: 'z' }))],
  ])('refuses %s', async (_, spoil) => {
    const parts = world.parts();
    const sampler: LoopParts['sampler'] = {
      async *sample(request, signal) {
        for await (const { problem, solutions } of parts.sampler.sample(request, signal))
          yield { problem, solutions: spoil(solutions) };
      },
    };
    await expect(runLoop(plan, { ...parts, sampler }, never)).rejects.toThrow('a: want samples 0 to 1 in order');
  });
  test('refuses a sampler that leaves a problem out or gives one twice', async () => {
    for (const [problemsGiven, message] of [
      [problems.slice(1), 'without solutions for a'],
      [[...problems, problems[0]!], 'a: was not asked for, or came twice'],
    ] as const) {
      const sampler: LoopParts['sampler'] = {
        async *sample(request) {
          for (const problem of problemsGiven) yield { problem, solutions: solutionsOf(problem, request) };
        },
      };
      await expect(runLoop(plan, { ...new World().parts(), sampler }, never)).rejects.toThrow(message);
    }
  });
});
