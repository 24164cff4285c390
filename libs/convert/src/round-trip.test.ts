import {
  OUTCOMES,
  RUN_STATES,
  type BenchmarkResult,
  type BenchmarkSettings,
  type Evaluation,
  type JudgeRule,
  type Program,
  type Solution,
} from '@leti/leti';
import {
  BenchmarkResult as ProtoBenchmarkResult,
  BenchmarkRun_State,
  BenchmarkSettings as ProtoBenchmarkSettings,
  Condition,
  Evaluation as ProtoEvaluation,
  FinishReason,
  Outcome,
  Program as ProtoProgram,
  Solution as ProtoSolution,
  TrainingRun_State,
} from '@leti/proto';
import { describe, expect, test } from 'vitest';
import {
  benchmarkResultFromProto,
  benchmarkResultToProto,
  benchmarkSettingsFromProto,
  benchmarkSettingsToProto,
} from './benchmark-run.ts';
import { conditionFromProto, conditionToProto } from './condition.ts';
import { durationMsFromProto, durationMsToProto } from './duration.ts';
import { evaluationFromProto, evaluationToProto } from './evaluation.ts';
import { FieldPath } from './field-path.ts';
import { finishReasonFromProto, finishReasonToProto } from './finish-reason.ts';
import { outcomeFromProto, outcomeToProto } from './outcome.ts';
import { programFromProto, programToProto } from './program.ts';
import {
  benchmarkRunStateFromProto,
  benchmarkRunStateToProto,
  trainingRunStateFromProto,
  trainingRunStateToProto,
} from './run-state.ts';
import { solutionFromProto, solutionToProto } from './solution.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

const solution: Solution = {
  problemId: 'micro/train/7',
  sampleIndex: 3,
  text: '    return größer\n',
  tokenIds: [5, 900, 0],
  logprobs: [-0.5, -1.25, -0.0625],
  finishReason: 'eos',
  weightsDigest: DIGEST,
  seed: 2n ** 64n - 1n,
  condition: 'good',
  engine: 'endpoint',
};

const program: Program = {
  programId: '12',
  prompt: 'def f(x):\n',
  solution: '    return x\n',
  testSetupCode: 'import math\n',
  tests: ['assert f(1) == 1', 'assert f(2) == 2'],
  limits: { cpuTimeMs: 1500, memoryBytes: 2 ** 40 },
};

const evaluation: Evaluation = {
  programId: '12',
  outcome: 'exception',
  feedback: 'Traceback (most recent call last):\n',
  exceptionType: 'NameError',
  failedTestIndex: 0,
  cpuTimeMs: 12.5,
  wallTimeMs: 2100.000001,
  peakMemoryBytes: 9_437_184,
  outputBytes: 0,
  exitSignal: 0,
  executions: 1,
};

const settings: BenchmarkSettings = {
  task: { task: 'micro', split: 'test', dataFolder: undefined, limit: 20 },
  checkpoint: { path: 'micro-base', digest: DIGEST },
  samplesPerProblem: 16,
  condition: 'good',
  sampling: { temperature: 0.1, topP: 0.95, topK: 40, maxNewTokens: 64, stop: ['\n\n\n'], cleanUpSpaces: true },
  ks: [1, 10],
  limits: { processes: 4 },
  seed: 7n,
};

const result: BenchmarkResult = {
  passAtK: [{ k: 1, estimate: 0.5, low: 0.25, high: 0.75 }],
  outcomes: { passed: 8, syntax_error: 8 },
  problems: 1,
  samples: 16,
  weightsDigest: DIGEST,
  phases: { sample: 1.5, evaluate: 1.25 },
};

describe('a message comes back from the wire as it was', () => {
  test('solution', () => {
    const message = ProtoSolution.decode(ProtoSolution.encode(solutionToProto(solution)).finish());
    expect(FieldPath.validated((at) => solutionFromProto(message, at))).toEqual(solution);
  });
  test.each<JudgeRule>([
    {
      kind: 'returned_value',
      expression: 'solution()',
      expected: '18',
      tolerance: { absolute: 1e-6, relative: 0 },
      numbersFromText: true,
    },
    {
      kind: 'stdio',
      cases: [{ stdin: '1 2\n', stdout: '3\n' }],
      comparison: 'words',
      tolerance: { absolute: 0, relative: 0.5 },
    },
    { kind: 'verifier', expression: 'event', verifier: 'def verify(value, reference): pass', reference: '{"a": 1}' },
    { kind: 'text_match', expected: ['(A)', 'yes'], mode: 'prefix', answerPattern: 'answer is (.*)', ignoreCase: true },
  ])('program judged by $kind', (judge) => {
    const judged: Program = {
      ...program,
      tests: [],
      judge,
      feedback: { style: 'canonical_v1', visibleTests: 0, maxTokens: 99, values: true },
    };
    const message = ProtoProgram.decode(ProtoProgram.encode(programToProto(judged)).finish());
    expect(FieldPath.validated((at) => programFromProto(message, at))).toEqual(judged);
  });
  test('program', () => {
    const message = ProtoProgram.decode(ProtoProgram.encode(programToProto(program)).finish());
    expect(FieldPath.validated((at) => programFromProto(message, at))).toEqual(program);
  });
  test.each([0, undefined])('evaluation with failed test %s', (failedTestIndex) => {
    const message = ProtoEvaluation.decode(
      ProtoEvaluation.encode(evaluationToProto({ ...evaluation, failedTestIndex })).finish(),
    );
    expect(FieldPath.validated((at) => evaluationFromProto(message, at))).toEqual({ ...evaluation, failedTestIndex });
  });
  test('evaluation whose feedback is told apart', () => {
    const feedbackParts = [
      { channel: 'traceback', text: 'in f\n' },
      { channel: 'exception', text: 'NameError' },
    ] as const;
    const message = ProtoEvaluation.decode(
      ProtoEvaluation.encode(evaluationToProto({ ...evaluation, feedbackParts })).finish(),
    );
    expect(FieldPath.validated((at) => evaluationFromProto(message, at)).feedbackParts).toEqual(feedbackParts);
  });
  test('benchmark settings', () => {
    const message = ProtoBenchmarkSettings.decode(
      ProtoBenchmarkSettings.encode(benchmarkSettingsToProto(settings)).finish(),
    );
    expect(FieldPath.validated((at) => benchmarkSettingsFromProto(message, at))).toEqual(settings);
  });
  test('benchmark result', () => {
    const message = ProtoBenchmarkResult.decode(ProtoBenchmarkResult.encode(benchmarkResultToProto(result)).finish());
    expect(FieldPath.validated((at) => benchmarkResultFromProto(message, at))).toEqual(result);
  });
});

describe('enums map one to one', () => {
  const numbersOf = (table: Readonly<Record<string, number>>): number[] =>
    Object.values(table).filter((value) => value > 0);

  test('every outcome', () => {
    expect(OUTCOMES.map(outcomeToProto)).toEqual(numbersOf(Outcome));
    expect(
      FieldPath.validated((at) => OUTCOMES.map((outcome) => outcomeFromProto(outcomeToProto(outcome), at))),
    ).toEqual(OUTCOMES);
  });
  test('every condition', () => {
    const words = ['none', 'good', 'bad'] as const;
    expect(words.map(conditionToProto)).toEqual(numbersOf(Condition));
    expect(FieldPath.validated((at) => words.map((word) => conditionFromProto(conditionToProto(word), at)))).toEqual(
      words,
    );
  });
  test('every finish reason', () => {
    const words = ['eos', 'stop', 'length'] as const;
    expect(words.map(finishReasonToProto)).toEqual(numbersOf(FinishReason));
    expect(
      FieldPath.validated((at) => words.map((word) => finishReasonFromProto(finishReasonToProto(word), at))),
    ).toEqual(words);
  });
  test('every run state', () => {
    const benchmark = RUN_STATES.filter((state) => state !== 'paused');
    FieldPath.validated((at) => {
      for (const state of RUN_STATES) expect(trainingRunStateFromProto(trainingRunStateToProto(state), at)).toBe(state);
      for (const state of benchmark)
        expect(benchmarkRunStateFromProto(benchmarkRunStateToProto(state), at)).toBe(state);
    });
    expect(RUN_STATES.map(trainingRunStateToProto)).toEqual(numbersOf(TrainingRun_State));
    expect(benchmark.map(benchmarkRunStateToProto)).toEqual(numbersOf(BenchmarkRun_State));
  });
  test('an unspecified condition is none', () => {
    expect(FieldPath.validated((at) => conditionFromProto(Condition.UNSPECIFIED, at))).toBe('none');
  });
});

test.each([0, 0.000001, 0.5, 999.9999999, 1000, 86_400_000.25])('%d ms survive as a Duration', (ms) => {
  expect(FieldPath.validated((at) => durationMsFromProto(durationMsToProto(ms), at))).toBeCloseTo(ms, 5);
});

test.each([-1, NaN, Infinity])('%d ms is no Duration', (ms) => {
  expect(() => durationMsToProto(ms)).toThrow(RangeError);
});
