import type { ConditionScore, IterationMetrics } from '@leti/leti';
import type {
  ConditionScore as ProtoConditionScore,
  ExceptionCount,
  IterationMetrics as ProtoIterationMetrics,
} from '@leti/proto';
import { conditionFromProto, conditionToProto } from './condition.ts';
import type { FieldPath } from './field-path.ts';
import {
  outcomeCountsFromProto,
  outcomeCountsToProto,
  phaseSecondsFromProto,
  phaseSecondsToProto,
} from './run-figures.ts';

export function iterationMetricsToProto(metrics: IterationMetrics): ProtoIterationMetrics {
  return {
    samples: metrics.samples,
    distinctPrograms: metrics.distinctPrograms,
    outcomes: outcomeCountsToProto(metrics.outcomes),
    trainPassAt1: metrics.trainPassAt1,
    fcftLoss: metrics.fcftLoss,
    pretrainingLoss: metrics.pretrainingLoss,
    phases: phaseSecondsToProto(metrics.phases),
    validation: (metrics.validation ?? []).map(conditionScoreToProto),
    exceptions: Object.entries(metrics.exceptions ?? {}).map(([type, count]) => ({ type, count })),
    executableRate: metrics.executableRate,
    heldOutLoss: metrics.heldOutLoss,
    trainedSequences: metrics.trainedSequences,
    rewardHack: metrics.rewardHack && { ...metrics.rewardHack },
    exposedEvaluationSeconds: metrics.exposedEvaluationSeconds,
  };
}

/** Reads an iteration's figures, which must be set; reports what its tables report. */
export function iterationMetricsFromProto(metrics: ProtoIterationMetrics | undefined, at: FieldPath): IterationMetrics {
  if (!at.present(metrics)) return NO_METRICS;
  const { validation, executableRate, heldOutLoss, trainedSequences, rewardHack, exposedEvaluationSeconds } = metrics;
  const scores = validation.map((score, i) => conditionScoreFromProto(score, at.field('validation').index(i)));
  return {
    samples: metrics.samples,
    distinctPrograms: metrics.distinctPrograms,
    outcomes: outcomeCountsFromProto(metrics.outcomes, at.field('outcomes')),
    trainPassAt1: metrics.trainPassAt1,
    fcftLoss: metrics.fcftLoss,
    pretrainingLoss: metrics.pretrainingLoss,
    phases: phaseSecondsFromProto(metrics.phases, at.field('phases')),
    ...(scores.length > 0 && { validation: scores }),
    ...exceptionsFromProto(metrics.exceptions, at.field('exceptions')),
    ...(executableRate !== undefined && { executableRate }),
    ...(heldOutLoss !== undefined && { heldOutLoss }),
    ...(trainedSequences !== undefined && { trainedSequences }),
    ...(rewardHack !== undefined && { rewardHack: { ...rewardHack } }),
    ...(exposedEvaluationSeconds !== undefined && { exposedEvaluationSeconds }),
  };
}

export function conditionScoreToProto({ condition, passAtK, outcomes }: ConditionScore): ProtoConditionScore {
  return {
    condition: conditionToProto(condition),
    passAtK: passAtK.map((estimate) => ({ ...estimate })),
    outcomes: outcomeCountsToProto(outcomes),
  };
}

/** Reads a checkpoint's score; reports an unknown condition and what its table reports. */
export function conditionScoreFromProto(score: ProtoConditionScore, at: FieldPath): ConditionScore {
  return {
    condition: conditionFromProto(score.condition, at.field('condition')),
    passAtK: score.passAtK.map(({ k, estimate, low, high }) => ({ k, estimate, low, high })),
    outcomes: outcomeCountsFromProto(score.outcomes, at.field('outcomes')),
  };
}

function exceptionsFromProto(
  exceptions: readonly ExceptionCount[],
  at: FieldPath,
): Pick<IterationMetrics, 'exceptions'> {
  if (exceptions.length === 0) return {};
  exceptions.forEach(({ count }, i) =>
    at
      .index(i)
      .field('count')
      .expect(count >= 0, 'must be 0 or more', count),
  );
  return { exceptions: Object.fromEntries(exceptions.map(({ type, count }) => [type, count])) };
}

// Stands in for a message that is not there until the violation is thrown.
const NO_METRICS: IterationMetrics = {
  samples: 0,
  distinctPrograms: 0,
  outcomes: {},
  trainPassAt1: 0,
  fcftLoss: 0,
  pretrainingLoss: 0,
  phases: {},
};
