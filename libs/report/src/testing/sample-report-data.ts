import type { BenchmarkResult } from '@leti/leti';
import type { IterationFigures, ReportData, StepLosses } from '../report-data.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

function result(estimate: number, syntaxErrors: number, weightsDigest: string): BenchmarkResult {
  const passed = Math.round(estimate * 320);
  return {
    passAtK: [{ k: 1, estimate, low: estimate - 0.07, high: estimate + 0.06 }],
    outcomes: {
      passed,
      failed_assertion: 290 - passed - syntaxErrors,
      exception: 28,
      syntax_error: syntaxErrors,
      cpu_timeout: 2,
    },
    problems: 32,
    samples: 320,
    weightsDigest,
    phases: { sample: 5.2, evaluate: 3.1, wait: 0.2 },
  };
}

const passAt1Of = (estimate: number) => ({ k: 1, estimate, low: estimate - 0.1, high: estimate + 0.1 });

function figures(iteration: number): IterationFigures {
  const syntax = Math.round(420 / iteration ** 2);
  const passed = 640 + 90 * iteration;
  return {
    iteration,
    samples: 2048,
    distinctPrograms: 1500 - 40 * iteration,
    outcomes: {
      passed,
      failed_assertion: 2048 - passed - syntax - 240,
      exception: 230,
      syntax_error: syntax,
      cpu_timeout: 6,
      memory_exceeded: 3,
      early_exit: 1,
    },
    trainPassAt1: passed / 2048,
    fcftLoss: 0.9 / iteration + 0.3,
    pretrainingLoss: 0.62 + 0.01 * iteration,
    phases: { sample: 9.4, evaluate: 7.2, train: 16.5 + iteration, publish: 0.3, wait: 0.6 },
    executableRate: (2048 - syntax - 240) / 2048,
    exceptions: { NameError: 120, TypeError: 80, AttributeError: 20, ValueError: 6, IndexError: 3, other: 1 },
    rewardHack: { visibleOnly: 30, visibleGap: 30 / 2048, earlyExits: 1, testTexts: 2 },
    exposedEvaluationSeconds: 0.1,
    heldOutLoss: 0.6 + 0.01 * iteration,
    validation: [
      { condition: 'good', passAtK: [passAt1Of(0.4 + 0.05 * iteration)], outcomes: {} },
      { condition: 'bad', passAtK: [passAt1Of(0.3)], outcomes: {} },
    ],
  };
}

function losses(): StepLosses[] {
  return Array.from({ length: 6 * 64 }, (_, index) => ({
    iteration: 1 + Math.floor(index / 64),
    step: 1 + (index % 64),
    stepsTotal: 64,
    fcftLoss: 0.3 + 1.1 / (1 + index / 60) + 0.05 * Math.sin(index),
    pretrainingLoss: index === 0 ? 0 : 0.65 + 0.04 * Math.cos(index * 1.3),
  }));
}

/** A run of six iterations that learns; its texts hold everything that a page must escape. */
export const sampleReportData: ReportData = {
  title: 'micro, seed 0',
  createdAt: '2026-11-21T10:20:30.000Z',
  comparison: {
    task: 'micro',
    split: 'test',
    samplesPerProblem: 10,
    temperature: 0.1,
    before: result(0.41, 53, digest('a')),
    after: result(0.73, 2, digest('b')),
    difference: { estimate: 0.32, low: 0.24, high: 0.4 },
  },
  iterations: [1, 2, 3, 4, 5, 6].map(figures),
  steps: losses(),
  examples: [
    {
      problemId: 'micro/train/17',
      prompt: '"""\nWrite a function that keeps the numbers < 3 & > -3.\n"""\n',
      tests: ['assert keep_small([1, 5, -4]) == [1]', "assert keep_small(['</script>']) == []"],
      failed: {
        iteration: 1,
        solution: 'def keep_small(xs):\n    return [x for x in xs if x < 3 and x > lo]\n',
        outcome: 'exception',
        feedback:
          'Traceback (most recent call last):\n  File "<string>", line 7, in <module>\n  File "<string>", line 5, in keep_small\n' +
          "NameError: name 'lo' is not defined\n",
      },
      passed: { iteration: 4, solution: 'def keep_small(xs):\n    return [x for x in xs if -3 < x < 3]\n' },
    },
  ],
  parts: [
    { name: 'start services', seconds: 6.1 },
    { name: 'benchmark before', seconds: 11.9 },
    { name: 'train', seconds: 214.2 },
    { name: 'benchmark after', seconds: 10.4 },
  ],
  settings: { problems: { task: 'micro', split: 'train', limit: 128 }, iterations: 6, seed: '0' },
  artifacts: [
    { name: 'Training run', path: 'store/runs/20261121-102030-abcd' },
    { name: 'Last checkpoint', path: 'store/runs/20261121-102030-abcd/checkpoints/6', digest: digest('b') },
  ],
};
