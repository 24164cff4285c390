import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Evaluation } from './evaluation.ts';
import type { GroupSummary, JudgedGroup } from './group.ts';
import { runLoop } from './loop.ts';
import type { FinishedIteration, LoopParts, LoopPlan, SampleRequest } from './loop-parts.ts';
import type { Problem } from './problem.ts';
import { iterationSeed, sampleSeed } from './seeds.ts';
import type { Solution } from './solution.ts';
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
  samples: true,
  conditions: { first: 'none', later: 'good' },
  seedOf: (iteration) => iterationSeed(5n, iteration),
  maxHeldOutRise: 0,
  baseCheckpoint: { path: '/base', digest: 'base' },
};

/** A world that outlives the loop: what a run store and services would hold. */
class World {
  readonly groups = new Map<number, { group: JudgedGroup; summary: GroupSummary }[]>();
  readonly iterations: FinishedIteration[] = [];
  /** Score of each iteration's weights under good; one that is missing is 0. */
  readonly scores: number[] = [];
  /** Held-out loss of each iteration's weights. */
  readonly heldOut: number[] = [];
  readonly validated: string[] = [];
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
    const { groups, iterations, requests, events, judged, scores, heldOut, validated } = this;
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
          const learnt = (groups.get(iteration) ?? []).toSorted((a, b) =>
            a.summary.problemId < b.summary.problemId ? -1 : 1,
          );
          const digest = digestOf(from.digest, ...learnt.map(({ group }) => group.solutions.map((s) => s.text)));
          const losses = { fcftLoss: 1, pretrainingLoss: 2 };
          return { checkpoint: { path: `/${iteration}`, digest }, losses, heldOutLoss: heldOut[iteration] };
        },
        heldOutLoss: async () => heldOut[0],
      },
      validator: {
        async validate(iteration, checkpoint, condition) {
          await visit();
          validated.push(`${checkpoint.path} ${condition}`);
          const estimate = condition === 'bad' ? 0 : (scores[iteration] ?? 0);
          return { condition, passAtK: [{ k: 1, estimate, low: estimate, high: estimate }], outcomes: {} };
        },
      },
      ledger: {
        finishedIterations: async () => iterations,
        finishedGroups: async (iteration) => (groups.get(iteration) ?? []).map(({ summary }) => summary),
        async recordGroup(iteration, group, summary) {
          await visit();
          groups.set(iteration, [...(groups.get(iteration) ?? []), { group, summary }]);
        },
        async recordIteration(iteration, { checkpoint, figures, validation, heldOutLoss }) {
          await visit();
          iterations.push({ checkpoint, validation, heldOutLoss });
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
      const { checkpoint } = await runLoop(plan, other.parts(), never);
      expect(checkpoint).toEqual(world.iterations.at(-1)!.checkpoint);
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

  test('an objective that needs no samples is training alone', async () => {
    await runLoop({ ...plan, samples: false }, world.parts(), never);
    expect(world.requests).toEqual([]);
    expect(world.events).toEqual([1, 2, 3].map((iteration) => `iteration ${iteration} samples 0`));
  });
  test('tells the learner that an iteration begins, and of every group', async () => {
    const parts = world.parts();
    const told: string[] = [];
    const learner: LoopParts['learner'] = {
      ...parts.learner,
      begin: (iteration, from) => void told.push(`${iteration} from ${from.path}`),
      groupRecorded: (iteration) => void told.push(`${iteration} group`),
    };
    await runLoop({ ...plan, iterations: 2 }, { ...parts, learner }, never);
    const groups = (iteration: number) => problems.map(() => `${iteration} group`);
    expect(told).toEqual(['1 from /base', ...groups(1), '2 from /1', ...groups(2)]);
  });
  test('samples under the conditions of the plan', async () => {
    await runLoop({ ...plan, conditions: { first: 'good', later: 'bad' } }, world.parts(), never);
    expect(world.requests.map(({ condition }) => condition)).toEqual(['good', 'bad', 'bad']);
  });
});

describe('runLoop with validation', () => {
  const validation = { conditions: ['good', 'bad'], every: 1, patience: 0 } as const;
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  test('scores the base checkpoint without reward token and every iteration under each condition', async () => {
    await runLoop({ ...plan, validation }, world.parts(), never);
    expect(world.validated).toEqual(['/base none', '/1 good', '/1 bad', '/2 good', '/2 bad', '/3 good', '/3 bad']);
    expect(world.iterations[1]!.validation.map(({ condition }) => condition)).toEqual(['good', 'bad']);
  });
  test('tells the last checkpoint and the best, which may be the base', async () => {
    world.scores.push(0.1, 0.5, 0.2, 0.3);
    const result = await runLoop({ ...plan, validation }, world.parts(), never);
    expect(result).toMatchObject({ checkpoint: { path: '/3' }, stopReason: 'iterations', best: { iteration: 1 } });
    const worse = new World();
    worse.scores.push(0.9);
    expect((await runLoop({ ...plan, validation }, worse.parts(), never)).best!.checkpoint.path).toBe('/base');
    expect((await runLoop(plan, new World().parts(), never)).best).toBeUndefined();
  });
  test('ends when patience is over, and at once when run again', async () => {
    world.scores.push(0.1, 0.5, 0.2, 0.3);
    const impatient = { ...plan, iterations: 9, validation: { ...validation, patience: 2 } };
    const result = await runLoop(impatient, world.parts(), never);
    expect(result).toMatchObject({ stopReason: 'patience', checkpoint: { path: '/3' }, best: { iteration: 1 } });
    const again = await runLoop(impatient, world.parts(), never);
    expect(again).toEqual(result);
    expect(world.iterations).toHaveLength(3);
  });
  test('raises an alarm whenever the held-out loss is too far above that of the base', async () => {
    world.heldOut.push(1, 1.1, 1.4, 1.2);
    const parts = world.parts();
    const alarms: string[] = [];
    const observer = {
      ...parts.observer,
      alarm: async (iteration: number, message: string) => void alarms.push(`${iteration} ${message}`),
    };
    await runLoop({ ...plan, maxHeldOutRise: 0.3 }, { ...parts, observer }, never);
    expect(alarms).toEqual([
      '2 the held-out loss rose from 1.000 to 1.400 nats per token: the model forgets its corpus',
    ]);
    await runLoop(plan, { ...new World().parts(), observer }, never);
    expect(alarms).toHaveLength(1);
  });
});
