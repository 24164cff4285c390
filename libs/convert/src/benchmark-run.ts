import type { BenchmarkResult, BenchmarkSettings } from '@leti/leti';
import type { BenchmarkResult as ProtoBenchmarkResult, BenchmarkSettings as ProtoBenchmarkSettings } from '@leti/proto';
import { checkpointFromProto, checkpointToProto } from './checkpoint.ts';
import { conditionFromProto, conditionToProto } from './condition.ts';
import type { FieldPath } from './field-path.ts';
import { limitsFromProto, limitsToProto } from './limits.ts';
import {
  outcomeCountsFromProto,
  outcomeCountsToProto,
  phaseSecondsFromProto,
  phaseSecondsToProto,
} from './run-figures.ts';
import {
  samplesPerProblemFromProto,
  samplingParametersFromProto,
  samplingParametersToProto,
} from './sampling-parameters.ts';
import { taskSelectionFromProto, taskSelectionToProto } from './task-selection.ts';

/** Reads benchmark settings, which must be set; sorts `ks`, drops repeats, and takes [1] for an empty list. */
export function benchmarkSettingsFromProto(
  settings: ProtoBenchmarkSettings | undefined,
  at: FieldPath,
): BenchmarkSettings {
  if (!at.present(settings)) return NO_SETTINGS;
  const samplesPerProblem = samplesPerProblemFromProto(settings.samplesPerProblem, at.field('samples_per_problem'));
  return {
    task: taskSelectionFromProto(settings.task, at.field('task')),
    checkpoint: checkpointFromProto(settings.checkpoint, at.field('checkpoint')),
    samplesPerProblem,
    condition: conditionFromProto(settings.condition, at.field('condition')),
    sampling: samplingParametersFromProto(settings.sampling, at.field('sampling')),
    ks: ksFromProto(settings.ks, samplesPerProblem, at.field('ks')),
    limits: limitsFromProto(settings.limits, at.field('limits')),
    seed: settings.seed,
  };
}

function ksFromProto(ks: readonly number[], samplesPerProblem: number, at: FieldPath): number[] {
  if (ks.length === 0) return [1];
  ks.forEach((k, i) => {
    at.index(i).expect(
      k >= 1 && k <= samplesPerProblem,
      `must be in [1, samples_per_problem = ${samplesPerProblem}]`,
      k,
    );
  });
  return [...new Set(ks)].sort((a, b) => a - b);
}

export function benchmarkSettingsToProto(settings: BenchmarkSettings): ProtoBenchmarkSettings {
  return {
    task: taskSelectionToProto(settings.task),
    checkpoint: checkpointToProto(settings.checkpoint),
    samplesPerProblem: settings.samplesPerProblem,
    condition: conditionToProto(settings.condition),
    sampling: samplingParametersToProto(settings.sampling),
    ks: [...settings.ks],
    limits: limitsToProto(settings.limits),
    seed: settings.seed,
  };
}

/** Reads a finished run's figures; reports estimates outside [0, 1] and what its tables report. */
export function benchmarkResultFromProto(result: ProtoBenchmarkResult, at: FieldPath): BenchmarkResult {
  result.passAtK.forEach(({ k, estimate, low, high }, i) => {
    const place = at.field('pass_at_k').index(i);
    place.field('k').expect(k >= 1, 'must be 1 or more', k);
    place.field('low').expect(0 <= low && low <= high, 'must be in [0, high]', low);
    place.field('high').expect(high <= 1, 'must be at most 1', high);
    place.field('estimate').expect(0 <= estimate && estimate <= 1, 'must be in [0, 1]', estimate);
  });
  return {
    passAtK: result.passAtK.map((entry) => ({ ...entry })),
    outcomes: outcomeCountsFromProto(result.outcomes, at.field('outcomes')),
    problems: result.problems,
    samples: result.samples,
    weightsDigest: result.weightsDigest,
    phases: phaseSecondsFromProto(result.phases, at.field('phases')),
  };
}

export function benchmarkResultToProto(result: BenchmarkResult): ProtoBenchmarkResult {
  return {
    passAtK: result.passAtK.map((entry) => ({ ...entry })),
    outcomes: outcomeCountsToProto(result.outcomes),
    problems: result.problems,
    samples: result.samples,
    weightsDigest: result.weightsDigest,
    phases: phaseSecondsToProto(result.phases),
  };
}

// Stands in for a message that is not there until the violation is thrown.
const NO_SETTINGS: BenchmarkSettings = {
  task: { task: '', split: '', dataFolder: undefined, limit: undefined },
  checkpoint: { path: '', digest: undefined },
  samplesPerProblem: 1,
  condition: 'none',
  sampling: { temperature: 1, topP: 1, topK: 0, maxNewTokens: 1, stop: [], cleanUpSpaces: false },
  ks: [1],
  limits: {},
  seed: 0n,
};
