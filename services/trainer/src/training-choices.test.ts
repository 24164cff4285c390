import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTrainingSettings, type TrainingSettingsInput } from '@leti/leti';
import { readProblems, runPaths, writeProblems } from '@leti/runs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunFixture, FIXTURE_SETTINGS } from './testing/run-fixture.ts';
import { jobSettings, type TrainingOutcome } from './training-job.ts';
import { TrainingSession } from './training-session.ts';
import { type TrainingState } from './training-state.ts';

const never = new AbortController().signal;
type Choices = { readonly [Section in keyof TrainingSettingsInput]?: unknown };

/** The tiny run's settings with some of them chosen otherwise, section by section. */
function settingsWith(choices: Choices) {
  const sections = Object.entries(choices).map(([key, value]) => {
    const own = FIXTURE_SETTINGS[key as keyof TrainingSettingsInput];
    return [key, typeof own === 'object' && typeof value === 'object' ? { ...own, ...value } : value];
  });
  return jobSettings(parseTrainingSettings({ ...FIXTURE_SETTINGS, ...Object.fromEntries(sections) }));
}

describe('training as the settings choose', () => {
  let runs: RunFixture;
  let digest: string;
  beforeAll(async () => {
    runs = await RunFixture.create();
    digest = (await trained('by-default')).outcomes[0]!.digest;
  });
  afterAll(() => runs.remove());

  /** Trains iterations of a new run, each in a session of its own; tells what was reported, and what was saved. */
  async function trained(name: string, choices: Choices = {}, iterations = 1) {
    await runs.add(name);
    const paths = runPaths(runs.folderOf(name));
    const problems = await readProblems(paths.problems);
    await writeProblems(
      paths.problems,
      problems.map((problem) => ({ ...problem, referenceSolution: `return ${problem.problemId}` })),
    );
    const outcomes: TrainingOutcome[] = [];
    const states: TrainingState[] = [];
    const steps: number[] = [];
    for (let iteration = 1; iteration <= iterations; iteration++) {
      const job = { ...(await runs.job(name, iteration, 1e9)), settings: settingsWith(choices) };
      const session = new TrainingSession();
      outcomes.push(await session.train(job, ({ stepsTotal }) => void (steps[iteration - 1] = stepsTotal), never));
      session.dispose();
      const state = await readFile(join(paths.checkpoint(iteration), 'trainer_state.json'), 'utf8');
      states.push(JSON.parse(state) as TrainingState);
    }
    return { outcomes, states, steps };
  }

  test.each<[string, Choices, { steps: number; sequences: number; pretraining: boolean; fcft: boolean }]>([
    ['order', { fineTuning: { order: 'by_problem' } }, { steps: 9, sequences: 12, pretraining: true, fcft: true }],
    ['layout', { fineTuning: { layout: 'padded' } }, { steps: 9, sequences: 12, pretraining: true, fcft: true }],
    [
      'precision',
      { fineTuning: { weightPrecision: 'bfloat16' } },
      { steps: 9, sequences: 12, pretraining: true, fcft: true },
    ],
    [
      'micro-batches',
      { fineTuning: { layout: 'padded', microBatchSize: 3 } },
      { steps: 9, sequences: 12, pretraining: true, fcft: true },
    ],
    ['recomputed', { fineTuning: { recompute: true } }, { steps: 9, sequences: 12, pretraining: true, fcft: true }],
    [
      'first-token',
      { fineTuning: { firstTokenLoss: true } },
      { steps: 9, sequences: 12, pretraining: true, fcft: true },
    ],
    ['weights', { dataset: { balance: 'weights' } }, { steps: 9, sequences: 12, pretraining: true, fcft: true }],
    [
      'blocks',
      { pretrainingMix: { form: 'blocks', blockTokens: 3, order: 'sequential' } },
      { steps: 9, sequences: 12, pretraining: true, fcft: true },
    ],
    ['only-pretraining', { objective: 'pretraining' }, { steps: 3, sequences: 0, pretraining: true, fcft: false }],
    [
      'supervised',
      { objective: 'supervised', pretrainingMix: { ratio: 0 } },
      { steps: 2, sequences: 3, pretraining: false, fcft: true },
    ],
    [
      'distillation',
      { objective: 'self_distillation', distillation: { topK: 3, weight: 0.5 }, pretrainingMix: { ratio: 0 } },
      { steps: 6, sequences: 9, pretraining: false, fcft: true },
    ],
  ])('takes the steps of %s', async (name, choices, expected) => {
    const { outcomes, steps } = await trained(name, choices);
    const [{ losses, sequences, digest: own }] = outcomes as [TrainingOutcome];
    expect({ steps: steps[0], sequences, pretraining: losses.pretrainingLoss > 0, fcft: losses.fcftLoss > 0 }).toEqual(
      expected,
    );
    expect(own).not.toBe(digest);
  });

  test('of equal seed and choices gives equal weights, of balanced sides too', async () => {
    const choices = { dataset: { balance: 'subsample', deduplicate: 'tokens', replayWindow: 1 } };
    const [first, second] = [await trained('one', choices, 2), await trained('two', choices, 2)];
    expect(first.outcomes.map((outcome) => outcome.digest)).toEqual(second.outcomes.map((outcome) => outcome.digest));
  });

  test('carries its place on over iterations of different sizes', async () => {
    const { outcomes, states } = await trained('replay', { dataset: { replayWindow: 1 } }, 2);
    expect(outcomes.map(({ sequences }) => sequences)).toEqual([12, 24]);
    // 2 epochs of 3 batches, then of 6; one pre-training step for every second.
    expect(states.map(({ cursorBefore, cursorAfter }) => [cursorBefore, cursorAfter])).toEqual([
      [
        { fcftSteps: 0, pretrainingSteps: 0, pretrainingBatch: 0 },
        { fcftSteps: 6, pretrainingSteps: 3, pretrainingBatch: 3 },
      ],
      [
        { fcftSteps: 6, pretrainingSteps: 3, pretrainingBatch: 3 },
        { fcftSteps: 18, pretrainingSteps: 9, pretrainingBatch: 9 },
      ],
    ]);
  });

  test('measures what is forgotten on documents that are held out', async () => {
    await runs.add('held-out');
    const job = {
      ...(await runs.job('held-out', 1, 1e9)),
      settings: settingsWith({ pretrainingMix: { heldOutShare: 0.4 } }),
    };
    const session = new TrainingSession();
    const before = await session.heldOutLoss(job, never);
    const { heldOutLoss } = await session.train(job, () => {}, never);
    expect(before).toBeGreaterThan(0);
    expect(heldOutLoss).toBeGreaterThan(0);
    expect(heldOutLoss).not.toBe(before);
    expect(await session.train(job, () => {}, never)).toMatchObject({ heldOutLoss }); // told again by what is published
    expect(await session.heldOutLoss(job, never)).toBe(before);
    session.dispose();
    expect((await trained('held-out-none')).outcomes[0]!.heldOutLoss).toBeUndefined();
  });
});
