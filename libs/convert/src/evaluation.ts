import type { Evaluation } from '@leti/leti';
import type { Evaluation as ProtoEvaluation } from '@leti/proto';
import { durationMsFromProto, durationMsToProto } from './duration.ts';
import type { FieldPath } from './field-path.ts';
import { bytesFromProto } from './limits.ts';
import { outcomeFromProto, outcomeToProto } from './outcome.ts';
import { feedbackChannels } from './setting-enums.ts';

/** Reads an evaluation, which must be set; reports an unknown outcome and negative figures. */
export function evaluationFromProto(evaluation: ProtoEvaluation | undefined, at: FieldPath): Evaluation {
  if (!at.present(evaluation)) return NO_EVALUATION;
  const { failedTestIndex } = evaluation;
  at.field('failed_test_index').expect(
    failedTestIndex === undefined || failedTestIndex >= 0,
    'must be 0 or more',
    failedTestIndex,
  );
  return {
    programId: evaluation.programId,
    outcome: outcomeFromProto(evaluation.outcome, at.field('outcome')),
    feedback: evaluation.feedback,
    exceptionType: evaluation.exceptionType,
    failedTestIndex,
    cpuTimeMs: durationMsFromProto(evaluation.cpuTime, at.field('cpu_time')),
    wallTimeMs: durationMsFromProto(evaluation.wallTime, at.field('wall_time')),
    peakMemoryBytes: bytesFromProto(evaluation.peakMemoryBytes, at.field('peak_memory_bytes')),
    outputBytes: bytesFromProto(evaluation.outputBytes, at.field('output_bytes')),
    exitSignal: countFromProto(evaluation.exitSignal, at.field('exit_signal')),
    executions: countFromProto(evaluation.executions, at.field('executions')),
    ...partsFromProto(evaluation.feedbackParts, at.field('feedback_parts')),
  };
}

export function evaluationToProto(evaluation: Evaluation): ProtoEvaluation {
  return {
    programId: evaluation.programId,
    outcome: outcomeToProto(evaluation.outcome),
    feedback: evaluation.feedback,
    exceptionType: evaluation.exceptionType,
    failedTestIndex: evaluation.failedTestIndex,
    cpuTime: durationMsToProto(evaluation.cpuTimeMs),
    wallTime: durationMsToProto(evaluation.wallTimeMs),
    peakMemoryBytes: BigInt(evaluation.peakMemoryBytes),
    outputBytes: BigInt(evaluation.outputBytes),
    exitSignal: evaluation.exitSignal,
    executions: evaluation.executions,
    feedbackParts: (evaluation.feedbackParts ?? []).map(({ channel, text }) => ({
      channel: feedbackChannels.toProto(channel),
      text,
    })),
  };
}

// Stands in for a message that is not there until the violation is thrown.
const NO_EVALUATION: Evaluation = {
  programId: '',
  outcome: 'passed',
  feedback: '',
  exceptionType: '',
  failedTestIndex: undefined,
  cpuTimeMs: 0,
  wallTimeMs: 0,
  peakMemoryBytes: 0,
  outputBytes: 0,
  exitSignal: 0,
  executions: 0,
};

function partsFromProto(parts: ProtoEvaluation['feedbackParts'], at: FieldPath): Pick<Evaluation, 'feedbackParts'> {
  if (parts.length === 0) return {};
  const channelOf = (channel: number, i: number) => feedbackChannels.fromProto(channel, at.index(i).field('channel'));
  return { feedbackParts: parts.map(({ channel, text }, i) => ({ channel: channelOf(channel, i), text })) };
}

function countFromProto(value: number, at: FieldPath): number {
  at.expect(value >= 0, 'must be 0 or more', value);
  return value;
}
