import { parseTrainingSettings, type TrainingSettingsInput } from '@leti/leti';
import { RunNotFoundError } from '@leti/runs';
import { describe, expect, test } from 'vitest';
import { planRun } from './plan-run.ts';
import { resolveRun } from './resolve-run.ts';
import type { StoredPace } from './stored-pace.ts';
import { TINY_SETTINGS } from './testing/trainer-fixture.ts';
import { requireMemory } from './training-memory.ts';

const resolved = (input: Partial<TrainingSettingsInput> = {}) =>
  resolveRun(parseTrainingSettings({ ...TINY_SETTINGS, ...input }), {
    dataFolder: undefined,
    findRun: (id) => Promise.reject(new RunNotFoundError(id)),
  });

describe('a plan', () => {
  test('says what a run would do, need and take, by arithmetic where no run is known', async () => {
    const plan = planRun(await resolved(), undefined);
    expect(plan).toMatchObject({ problems: 3, samples: 24, sequencesMost: 12, fcftSteps: 12, pretrainingSteps: 0 });
    const { weights, moments, gradients, activations, runtime, total } = plan.memory;
    expect(moments).toBe(2 * weights);
    expect(total).toBe(weights + moments + gradients + activations + runtime);
    expect(plan.secondsLow).toBeGreaterThan(0);
    expect(plan.secondsHigh).toBeGreaterThan(plan.secondsLow);
    expect(plan.basis).toMatch(/^arithmetic: /);
    expect(plan.warnings).toEqual([]);
    expect(plan.diskBytesMost).toBe(4 * (weights + moments));
  });

  test('takes the pace of a run that was', async () => {
    const run = await resolved();
    const pace: StoredPace = { runId: 'x', secondsPerSample: 0.5, secondsPerStep: 2, settings: run.settings };
    expect(planRun(run, pace)).toMatchObject({
      secondsLow: 24 * 0.5 + 12 * 2,
      secondsHigh: 2.5 * (24 * 0.5 + 12 * 2),
      basis: 'run x: 500 ms a sample, 2000 ms a step of 4',
    });
  });

  test('warns of what works but is hardly meant', async () => {
    const fineTuning = { epochs: 1, batchSize: 32, maxSequenceTokens: 5, warmupSteps: 9 };
    const { warnings } = planRun(await resolved({ fineTuning }), undefined);
    expect(warnings).toEqual([
      expect.stringMatching(/warmupSteps 9 is above the run's 2 steps/),
      expect.stringMatching(/3 prompts are longer than a sequence, 5 tokens/),
      expect.stringMatching(/12 sequences are less than fineTuning.batchSize 32/),
    ]);
  });
});

test('a training step that has no room is refused, with what would take less', async () => {
  const { memory } = planRun(await resolved(), undefined);
  expect(() => requireMemory(memory, memory.total)).not.toThrow();
  const refused = expect.objectContaining({
    violations: [
      { field: 'settings.fine_tuning.batch_size', description: expect.stringContaining('micro_batch_size') as string },
    ],
  });
  expect(() => requireMemory(memory, memory.total - 1)).toThrow(refused);
});
