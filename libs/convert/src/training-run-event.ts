import type { IterationMetrics, RecordedTrainingRunEvent, TrainingRunEvent } from '@leti/leti';
import type { IterationMetrics as ProtoIterationMetrics, TrainingRunEvent as ProtoTrainingRunEvent } from '@leti/proto';
import { checkpointFromProto, checkpointToProto } from './checkpoint.ts';
import type { FieldPath } from './field-path.ts';
import {
  outcomeCountsFromProto,
  outcomeCountsToProto,
  phaseSecondsFromProto,
  phaseSecondsToProto,
} from './run-figures.ts';
import { trainingRunStateFromProto, trainingRunStateToProto } from './run-state.ts';

type ProtoEvent = NonNullable<ProtoTrainingRunEvent['event']>;

export function trainingRunEventToProto({ number, time, event }: RecordedTrainingRunEvent): ProtoTrainingRunEvent {
  return { number: BigInt(number), time, event: eventToProto(event) };
}

/** Reads an event; reports one that is empty, unnumbered or without time, and what its parts report. */
export function trainingRunEventFromProto(message: ProtoTrainingRunEvent, at: FieldPath): RecordedTrainingRunEvent {
  at.field('number').expect(message.number >= 1n, 'must be 1 or more', message.number);
  at.field('time').present(message.time);
  return {
    number: Number(message.number),
    time: message.time ?? new Date(0),
    event: eventFromProto(message.event, at),
  };
}

export function iterationMetricsToProto(metrics: IterationMetrics): ProtoIterationMetrics {
  return {
    samples: metrics.samples,
    distinctPrograms: metrics.distinctPrograms,
    outcomes: outcomeCountsToProto(metrics.outcomes),
    trainPassAt1: metrics.trainPassAt1,
    fcftLoss: metrics.fcftLoss,
    pretrainingLoss: metrics.pretrainingLoss,
    phases: phaseSecondsToProto(metrics.phases),
  };
}

/** Reads an iteration's figures, which must be set; reports what its tables report. */
export function iterationMetricsFromProto(metrics: ProtoIterationMetrics | undefined, at: FieldPath): IterationMetrics {
  if (!at.present(metrics)) return NO_METRICS;
  return {
    samples: metrics.samples,
    distinctPrograms: metrics.distinctPrograms,
    outcomes: outcomeCountsFromProto(metrics.outcomes, at.field('outcomes')),
    trainPassAt1: metrics.trainPassAt1,
    fcftLoss: metrics.fcftLoss,
    pretrainingLoss: metrics.pretrainingLoss,
    phases: phaseSecondsFromProto(metrics.phases, at.field('phases')),
  };
}

function eventToProto(event: TrainingRunEvent): ProtoEvent {
  switch (event.kind) {
    case 'state_changed':
      return { $case: 'stateChanged', value: { state: trainingRunStateToProto(event.state) } };
    case 'group_finished': {
      const { kind: _, ...value } = event;
      return { $case: 'groupFinished', value };
    }
    case 'training_step': {
      const { kind: _, ...value } = event;
      return { $case: 'trainingStep', value };
    }
    case 'iteration_finished':
      return {
        $case: 'iterationFinished',
        value: { iteration: event.iteration, metrics: iterationMetricsToProto(event.metrics) },
      };
    case 'checkpoint_published':
      return {
        $case: 'checkpointPublished',
        value: { iteration: event.iteration, checkpoint: checkpointToProto(event.checkpoint) },
      };
    case 'notice':
      return { $case: 'notice', value: { message: event.message } };
  }
}

function eventFromProto(event: ProtoTrainingRunEvent['event'], at: FieldPath): TrainingRunEvent {
  switch (event?.$case) {
    case 'stateChanged': {
      const state = trainingRunStateFromProto(event.value.state, at.field('state_changed').field('state'));
      return { kind: 'state_changed', state };
    }
    case 'groupFinished':
      return { kind: 'group_finished', ...event.value };
    case 'trainingStep':
      return { kind: 'training_step', ...event.value };
    case 'iterationFinished': {
      const { iteration, metrics } = event.value;
      const place = at.field('iteration_finished').field('metrics');
      return { kind: 'iteration_finished', iteration, metrics: iterationMetricsFromProto(metrics, place) };
    }
    case 'checkpointPublished': {
      const { iteration, checkpoint } = event.value;
      const { path, digest } = checkpointFromProto(checkpoint, at.field('checkpoint_published').field('checkpoint'));
      at.field('checkpoint_published').field('checkpoint').field('digest').present(digest);
      return { kind: 'checkpoint_published', iteration, checkpoint: { path, digest: digest ?? '' } };
    }
    case 'notice':
      return { kind: 'notice', message: event.value.message };
    case undefined:
      at.reject('must hold an event', 'none');
      return { kind: 'notice', message: '' };
  }
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
