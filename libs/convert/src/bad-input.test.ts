import type { Condition as ProtoCondition, Outcome as ProtoOutcome } from '@leti/proto';
import {
  BenchmarkSettings,
  Evaluation,
  Limits,
  Problem,
  Program,
  type SamplingParameters,
  Solution,
} from '@leti/proto';
import { InvalidArgumentError } from '@leti/rpc';
import { describe, expect, test } from 'vitest';
import { benchmarkSettingsFromProto } from './benchmark-run.ts';
import { checkpointFromProto } from './checkpoint.ts';
import { conditionFromProto } from './condition.ts';
import { evaluationFromProto } from './evaluation.ts';
import { FieldPath } from './field-path.ts';
import { limitsFromProto } from './limits.ts';
import { problemFromProto, problemsFromProto } from './problem.ts';
import { programFromProto } from './program.ts';
import { samplesPerProblemFromProto, samplingParametersFromProto } from './sampling-parameters.ts';
import { solutionFromProto } from './solution.ts';
import { taskSelectionFromProto } from './task-selection.ts';

type Read = (at: FieldPath) => unknown;

function violations(read: Read): string[] {
  try {
    FieldPath.validated(read);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return error.violations.map(({ field, description }) => `${field} ${description}`);
  }
}

const sampling =
  (fields: Partial<SamplingParameters>): Read =>
  (at) =>
    samplingParametersFromProto(
      { temperature: 1, topP: undefined, topK: 0, maxNewTokens: 16, stop: [], cleanUpSpaces: false, ...fields },
      at.field('sampling'),
    );
const problem =
  (fields: Partial<Problem>): Read =>
  (at) =>
    problemFromProto({ problemId: 'a', prompt: '', testSetupCode: '', tests: [], ...fields }, at.field('problem'));

const CASES: readonly [name: string, read: Read, expected: string][] = [
  ['a negative temperature', sampling({ temperature: -1 }), 'sampling.temperature must be in [0, 10], got -1'],
  ['a temperature of NaN', sampling({ temperature: NaN }), 'sampling.temperature must be in [0, 10], got NaN'],
  ['a temperature above 10', sampling({ temperature: 11 }), 'sampling.temperature must be in [0, 10], got 11'],
  ['a top_p of 0', sampling({ topP: 0 }), 'sampling.top_p must be in (0, 1], got 0'],
  ['a top_p above 1', sampling({ topP: 1.5 }), 'sampling.top_p must be in (0, 1], got 1.5'],
  ['a negative top_k', sampling({ topK: -1 }), 'sampling.top_k must be 0 or more, got -1'],
  ['no new tokens', sampling({ maxNewTokens: 0 }), 'sampling.max_new_tokens must be 1 or more, got 0'],
  ['17 stop strings', sampling({ stop: Array(17).fill('x') }), 'sampling.stop must hold at most 16 strings, got 17'],
  ['an empty stop string', sampling({ stop: ['a', ''] }), 'sampling.stop[1] must not be empty, got ""'],
  [
    'missing sampling parameters',
    (at) => samplingParametersFromProto(undefined, at.field('sampling')),
    'sampling must be set',
  ],
  [
    'n = 0',
    (at) => samplesPerProblemFromProto(0, at.field('samples_per_problem')),
    'samples_per_problem must be in [1, 1024], got 0',
  ],
  [
    'n = 1025',
    (at) => samplesPerProblemFromProto(1025, at.field('samples_per_problem')),
    'samples_per_problem must be in [1, 1024], got 1025',
  ],
  ['an empty problem id', problem({ problemId: '' }), 'problem.problem_id must be 1 to 256 of [A-Za-z0-9._/-], got ""'],
  [
    'a problem id with a space',
    problem({ problemId: 'a b' }),
    'problem.problem_id must be 1 to 256 of [A-Za-z0-9._/-], got "a b"',
  ],
  [
    'a problem id with a line break',
    problem({ problemId: 'a\n' }),
    'problem.problem_id must be 1 to 256 of [A-Za-z0-9._/-], got "a\\n"',
  ],
  [
    'a prompt of 65537 bytes',
    problem({ prompt: `${'ä'.repeat(32768)}x` }),
    'problem.prompt must be at most 65536 bytes, got 65537',
  ],
  ['no problem', (at) => problemsFromProto([], at.field('problems'), 4), 'problems must hold 1 to 4 problems, got 0'],
  [
    'an id twice',
    (at) =>
      problemsFromProto(
        [Problem.create({ problemId: 'a' }), Problem.create({ problemId: 'a' })],
        at.field('problems'),
        4,
      ),
    'problems[1].problem_id must be distinct within the request, got "a"',
  ],
  [
    'an unknown condition',
    (at) => conditionFromProto(9 as ProtoCondition, at.field('condition')),
    'condition must be one of CONDITION_NONE, CONDITION_GOOD, CONDITION_BAD, got 9',
  ],
  ['a missing checkpoint', (at) => checkpointFromProto(undefined, at.field('checkpoint')), 'checkpoint must be set'],
  [
    'an empty checkpoint path',
    (at) => checkpointFromProto({ path: '', digest: '' }, at.field('checkpoint')),
    'checkpoint.path must name a model folder or `micro-base`, got ""',
  ],
  [
    'a short digest',
    (at) => checkpointFromProto({ path: 'x', digest: 'sha256:12' }, at.field('checkpoint')),
    'checkpoint.digest must be `sha256:` and 64 hex digits, or empty, got "sha256:12"',
  ],
  [
    'a negative limit',
    (at) => limitsFromProto(Limits.create({ memoryBytes: -5n }), at.field('limits')),
    'limits.memory_bytes must be in [0, 9007199254740991], got -5',
  ],
  [
    'a negative duration',
    (at) => limitsFromProto(Limits.create({ cpuTime: { seconds: -1n, nanos: 0 } }), at.field('limits')),
    'limits.cpu_time must be 0 seconds or more, got -1',
  ],
  [
    'a limit between two milliseconds',
    (at) => limitsFromProto(Limits.create({ wallTime: { seconds: 1n, nanos: 500_000 } }), at.field('limits')),
    'limits.wall_time must be whole milliseconds, got 1000.5',
  ],
  ['a missing program', (at) => programFromProto(undefined, at.field('program')), 'program must be set'],
  [
    'an unknown feedback style',
    (at) => programFromProto(Program.create({ feedbackStyle: 7 as 1 }), at.field('program')),
    'program.feedback_style must be one of FEEDBACK_STYLE_LETI, FEEDBACK_STYLE_CANONICAL_V1, got 7',
  ],
  [
    'an unnamed task',
    (at) => taskSelectionFromProto({ task: '', split: 'test', dataFolder: '', limit: 0 }, at.field('task')),
    'task.task must name a task, got ""',
  ],
  [
    'an evaluation without outcome',
    (at) => evaluationFromProto(Evaluation.create({ outcome: 0 as ProtoOutcome }), at),
    'outcome must be one of OUTCOME_PASSED',
  ],
  [
    'logprobs that do not match',
    (at) => solutionFromProto(Solution.create({ tokenIds: [1, 2], logprobs: [-1], finishReason: 1 }), at),
    'logprobs must be as many as token_ids (2), got 1',
  ],
];

test.each(CASES)('%s is one violation with its place', (_name, read, expected) => {
  const found = violations(read);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(expected);
});

describe('benchmark settings', () => {
  test('report everything that is wrong at once', () => {
    const settings = BenchmarkSettings.create({ samplesPerProblem: 2, ks: [1, 3], sampling: { temperature: -1 } });
    const found = violations((at) => benchmarkSettingsFromProto(settings, at.field('settings')));
    expect(found.map((violation) => violation.split(' ')[0])).toEqual([
      'settings.task',
      'settings.checkpoint',
      'settings.sampling.temperature',
      'settings.sampling.max_new_tokens',
      'settings.ks[1]',
    ]);
  });
  test('report a missing message once', () => {
    expect(violations((at) => benchmarkSettingsFromProto(undefined, at.field('settings')))).toEqual([
      'settings must be set',
    ]);
  });
});

test('zero limits are left to the evaluator', () => {
  expect(FieldPath.validated((at) => limitsFromProto(Limits.create({ processes: 3 }), at))).toEqual({ processes: 3 });
});
