import type { RecordedTrainingRunEvent, TrainingRunEvent } from '@leti/leti';
import type {
  TrainingRunEvent as ProtoTrainingRunEvent,
  TrainingRunEvent_TrainingStep as ProtoTrainingStep,
} from '@leti/proto';
import { checkpointFromProto, checkpointToProto } from './checkpoint.ts';
import type { FieldPath } from './field-path.ts';
import {
  conditionScoreFromProto,
  conditionScoreToProto,
  iterationMetricsFromProto,
  iterationMetricsToProto,
} from './iteration-metrics.ts';
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
    case 'validation_finished': {
      const { iteration, scores } = event;
      return { $case: 'validationFinished', value: { iteration, scores: scores.map(conditionScoreToProto) } };
    }
    case 'alarm': {
      const { kind: _, ...value } = event;
      return { $case: 'alarm', value };
    }
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
      return { kind: 'training_step', ...trainingStepFromProto(event.value) };
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
    case 'validationFinished': {
      const place = at.field('validation_finished').field('scores');
      const scores = event.value.scores.map((score, i) => conditionScoreFromProto(score, place.index(i)));
      return { kind: 'validation_finished', iteration: event.value.iteration, scores };
    }
    case 'alarm':
      return { kind: 'alarm', ...event.value };
    case undefined:
      at.reject('must hold an event', 'none');
      return { kind: 'notice', message: '' };
  }
}

/** What is unset is left out, as in events from before there was such a field. */
function trainingStepFromProto({ learningRate, gradientNorm, tokensPerSecond, ...step }: ProtoTrainingStep) {
  return {
    ...step,
    ...(learningRate !== undefined && { learningRate }),
    ...(gradientNorm !== undefined && { gradientNorm }),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
  };
}
