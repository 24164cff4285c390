import { parseTrainingSettings, type TrainingRunEvent } from '@leti/leti';
import {
  FineTuningSettings,
  Mode,
  Objective,
  TrainingRunEvent as ProtoEvent,
  TrainingSettings as ProtoSettings,
} from '@leti/proto';
import { InvalidArgumentError } from '@leti/rpc';
import { describe, expect, test } from 'vitest';
import { FieldPath } from './field-path.ts';
import { trainingRunEventFromProto, trainingRunEventToProto } from './training-run-event.ts';
import { trainingSettingsFromProto, trainingSettingsToProto } from './training-settings.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const read = (message: ProtoSettings | undefined) =>
  FieldPath.validated((at) => trainingSettingsFromProto(message, at.field('settings')));

/** Paths of the fields that are wrong. */
function violations(message: ProtoSettings | undefined): string[] {
  try {
    read(message);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return error.violations.map(({ field }) => field);
  }
}

const inline = { inline: [{ problemId: 'a', prompt: 'x', testSetupCode: '', tests: ['assert f()'] }] };
const valid = trainingSettingsToProto(parseTrainingSettings({ problems: inline }));

describe('training settings', () => {
  test.each([
    { problems: { task: 'micro' } },
    { problems: { task: 'mbpp', split: 'test', dataFolder: '/data', limit: 16 }, seed: 2n ** 64n - 1n },
    {
      problems: inline,
      baseCheckpoint: { path: '/base', digest },
      sampling: { temperature: 0, topP: 0.5, stop: ['\n\n'] },
      fineTuning: { solutionTokens: 'retokenized' },
      pretrainingMix: { ratio: 0.5, corpus: 'micro-corpus' },
      limits: { cpuTimeMs: 1500, processes: 3 },
      feedback: { style: 'canonical_v1', visibleTests: 0, maxTokens: 256, values: true },
    },
    { problems: { task: 'micro' }, mode: 'faithful' },
    { problems: { task: 'mbpp', rawGold: true }, objective: 'supervised', mode: 'faithful' },
    {
      problems: { inline: [{ ...inline.inline[0]!, referenceSolution: 'def f(): ...' }] },
      objective: 'supervised',
      checkpoints: { keepLast: 2, keepBest: false },
    },
    {
      problems: { task: 'micro' },
      objective: 'self_distillation',
      totalTokens: 1280,
      seedSchedule: 'constant',
      firstCondition: 'bad',
      condition: 'none',
      feedback: { style: 'canonical_v1', channels: ['exception', 'input'] },
      dataset: { deduplicate: 'tokens', balance: 'subsample', replayWindow: 2 },
      fineTuning: {
        solutionTokens: 'retokenized',
        endOfText: 'never',
        firstTokenLoss: true,
        order: 'shuffled_once',
        supervisedStart: 'end_of_text',
        layout: 'packed',
        weightPrecision: 'bfloat16',
        products: 'bfloat16',
        microBatchSize: 8,
        recompute: true,
      },
      pretrainingMix: {
        ratio: 1,
        corpus: 'micro-corpus',
        form: 'blocks',
        separator: 'none',
        order: 'sequential',
        cursor: 'restart_each_epoch',
        groupDocuments: 10,
        blockTokens: 64,
        heldOutShare: 0,
        heldOutSequences: 3,
        maxHeldOutRise: 0.5,
      },
      validation: {
        split: 'validation',
        limit: 7,
        samplesPerProblem: 3,
        temperature: 0,
        conditions: ['good', 'none', 'bad'],
        every: 2,
        patience: 3,
        select: 'best',
      },
      replay: { run: 'abc', iterations: 2 },
      distillation: { weight: 0.5, topK: 20, teacherCondition: 'none' },
    },
  ])('come back from the wire as they were: %#', (input) => {
    const settings = parseTrainingSettings(input);
    const message = ProtoSettings.decode(ProtoSettings.encode(trainingSettingsToProto(settings)).finish());
    expect(read(message)).toEqual(settings);
  });
  test('take the defaults of messages that are unset', () => {
    const { problems, iterations, samplesPerProblem } = valid;
    const bare = ProtoSettings.create({ problems: problems!, iterations, samplesPerProblem });
    expect(read(bare)).toEqual(parseTrainingSettings({ problems: inline }));
    expect(read({ ...bare, mode: Mode.FAITHFUL })).toEqual(
      parseTrainingSettings({ problems: inline, mode: 'faithful' }),
    );
    const partial = {
      fineTuning: FineTuningSettings.create({ epochs: 1, batchSize: 8, learningRate: 1e-4, maxSequenceTokens: 64 }),
    };
    expect(read({ ...bare, ...partial, mode: Mode.FAITHFUL }).fineTuning).toMatchObject({
      batchSize: 8,
      order: 'by_problem',
      solutionTokens: 'retokenized',
    });
  });
  test.each<[Partial<ProtoSettings> | undefined, string]>([
    [undefined, 'settings'],
    [{ samplesPerProblem: 0 }, 'settings.samples_per_problem'],
    [{ iterations: 0 }, 'settings.iterations'],
    [{ sampling: { ...valid.sampling!, temperature: -1 } }, 'settings.sampling.temperature'],
    [{ fineTuning: { ...valid.fineTuning!, batchSize: 0 } }, 'settings.fine_tuning.batch_size'],
    [{ pretrainingMix: { ...valid.pretrainingMix!, ratio: 1 } }, 'settings.pretraining_mix.corpus'],
    [{ problems: {} }, 'settings.problems'],
    [{ problems: undefined }, 'settings.problems'],
    [{ problems: { source: { $case: 'inline', value: { problems: [] } } } }, 'settings.problems.inline.problems'],
    [
      {
        problems: {
          source: {
            $case: 'inline',
            value: { problems: [{ problemId: 'a', prompt: 'x', testSetupCode: '', tests: [] }] },
          },
        },
      },
      'settings.problems.inline.problems[0].tests',
    ],
    [
      { problems: { source: { $case: 'task', value: { task: 'micro', split: 'train', dataFolder: '', limit: -1 } } } },
      'settings.problems.task.limit',
    ],
    [{ baseCheckpoint: { path: '', digest: '' } }, 'settings.base_checkpoint.path'],
    [{ limits: { ...valid.limits!, memoryBytes: -1n } }, 'settings.limits.memory_bytes'],
    [{ feedback: { ...valid.feedback!, visibleTests: -1 } }, 'settings.feedback.visible_tests'],
    [{ mode: 9 as Mode }, 'settings.mode'],
    [{ fineTuning: { ...valid.fineTuning!, order: 9 as 1 } }, 'settings.fine_tuning.order'],
    [{ sampling: { ...valid.sampling!, cleanUpSpaces: true } }, 'settings.sampling.clean_up_spaces'],
    [{ objective: Objective.SUPERVISED }, 'settings.problems.inline.problems[0].reference_solution'],
    [{ feedback: { ...valid.feedback!, channels: [1] } }, 'settings.feedback.channels'],
    [{ validation: { ...valid.validation!, split: 'test' } }, 'settings.validation.split'],
  ])('%# are one violation at %s', (fields, path) => {
    expect(violations(fields && { ...valid, ...fields })).toEqual([path]);
  });
  test('report everything at once', () => {
    const bad = {
      ...valid,
      iterations: 0,
      samplesPerProblem: 2000,
      problems: {},
      baseCheckpoint: { path: '', digest: 'x' },
    };
    expect(violations(bad)).toHaveLength(5);
  });
});

const metrics = {
  samples: 8,
  distinctPrograms: 5,
  outcomes: { passed: 3, exception: 5 },
  trainPassAt1: 0.375,
  fcftLoss: 1.5,
  pretrainingLoss: 0,
  phases: { sample: 2.5, wait: 0.25 },
} as const;
const observed = {
  validation: [
    {
      condition: 'good',
      passAtK: [{ k: 1, estimate: 0.5, low: 0.25, high: 0.75 }],
      outcomes: { passed: 1, exception: 1 },
    },
  ],
  exceptions: { NameError: 3, TypeError: 1 },
  executableRate: 0,
  heldOutLoss: 1.25,
  trainedSequences: 0,
  rewardHack: { visibleOnly: 2, visibleGap: 0.25, earlyExits: 1, testTexts: 0 },
  exposedEvaluationSeconds: 0.5,
} as const;
const events: TrainingRunEvent[] = [
  { kind: 'state_changed', state: 'running' },
  { kind: 'group_finished', iteration: 1, problemId: 'a', passed: 1, samples: 4, groupsDone: 2, groupsTotal: 9 },
  { kind: 'training_step', iteration: 1, step: 3, stepsTotal: 10, fcftLoss: 1.5, pretrainingLoss: 2.5 },
  { kind: 'iteration_finished', iteration: 2, metrics },
  { kind: 'checkpoint_published', iteration: 2, checkpoint: { path: '/c', digest } },
  { kind: 'notice', message: 'generator is away' },
  {
    kind: 'training_step',
    iteration: 1,
    step: 3,
    stepsTotal: 10,
    fcftLoss: 1.5,
    pretrainingLoss: 2.5,
    learningRate: 1e-5,
    gradientNorm: 0.5,
    tokensPerSecond: 1000,
  },
  { kind: 'iteration_finished', iteration: 2, metrics: { ...metrics, ...observed } },
  { kind: 'validation_finished', iteration: 0, scores: observed.validation },
  { kind: 'alarm', iteration: 1, message: 'the held-out loss rose' },
];

describe('training run event', () => {
  test.each(events)('$kind %# comes back from the wire as it was', (event) => {
    const recorded = { number: 7, time: new Date('2026-01-02T03:04:05.006Z'), event };
    const message = ProtoEvent.decode(ProtoEvent.encode(trainingRunEventToProto(recorded)).finish());
    expect(FieldPath.validated((at) => trainingRunEventFromProto(message, at))).toEqual(recorded);
  });
  test('reports an empty one', () => {
    expect(() => FieldPath.validated((at) => trainingRunEventFromProto(ProtoEvent.create(), at))).toThrow(
      'must hold an event',
    );
  });
});
