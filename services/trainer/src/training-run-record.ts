import {
  RUN_STATES,
  type RunState,
  settingsFromBeforeModes,
  type TrainingSettings,
  trainingSettingsSchema,
} from '@leti/leti';
import { RpcError, type StatusCode } from '@leti/rpc';
import { z } from 'zod';
import type { ResolvedRun } from './resolve-run.ts';

/** Why a run failed, as an RpcError's fields. */
const runErrorSchema = z.strictObject({
  code: z.string(),
  reason: z.string(),
  message: z.string(),
  violations: z.array(z.strictObject({ field: z.string(), description: z.string() })),
  metadata: z.record(z.string(), z.string()),
});

const forkSchema = z.strictObject({
  runId: z.string(),
  /** Whose checkpoint; 0 is that run's base. */
  iteration: z.int(),
  /** Of the checkpoint. */
  digest: z.string(),
  /** Whether the optimizer's moments and step, and the place in the pre-training stream, go on. */
  keepOptimizer: z.boolean(),
});

/** What run.json holds of a run beside id, time of creation and request id. */
const recordSchema = z.strictObject({
  state: z.enum(RUN_STATES),
  error: runErrorSchema.nullable(),
  /** When the run last came into the queue: who came first is run first. */
  queueTime: z.coerce.date(),
  startTime: z.coerce.date().nullable(),
  endTime: z.coerce.date().nullable(),
  /** Set before the run is stopped, so that it does not go on if the trainer dies in between. */
  cancelRequested: z.boolean(),
  /** The same for a pause; a cancellation goes before it. */
  pauseRequested: z.boolean().default(false),
  iterationsDone: z.int(),
  /** Of the newest checkpoint; null before the first. */
  latestDigest: z.string().nullable(),
  /** Of the iterations scored so far, 0 being the base; null before the first score. */
  best: z.strictObject({ iteration: z.int(), digest: z.string() }).nullable().default(null),
  /** Why the run ended before its last iteration; empty when it did not. */
  stopReason: z.string().default(''),
  /** Events in the log when the run last came to rest; a run in progress has more. */
  lastEventNumber: z.int(),
  settings: z.preprocess(settingsFromBeforeModes, trainingSettingsSchema),
  /** Of the corpus as it was when the run was made; null when none is mixed in. */
  corpusDigest: z.string().nullable().default(null),
  /** Where a fork comes from; null for a run of its own. */
  forkedFrom: forkSchema.nullable().default(null),
});

/** Where a run was forked from. */
export type RunForkRecord = z.output<typeof forkSchema>;

export interface TrainingRunRecord extends Omit<z.output<typeof recordSchema>, 'state' | 'settings'> {
  readonly state: RunState;
  readonly settings: TrainingSettings;
}

/** @throws when the JSON is no record */
export function parseRecord(json: unknown): TrainingRunRecord {
  return recordSchema.parse(json);
}

export function newRecord(
  { settings, corpusDigest }: ResolvedRun,
  forkedFrom: RunForkRecord | null = null,
): TrainingRunRecord {
  return {
    state: 'queued',
    error: null,
    queueTime: new Date(),
    startTime: null,
    endTime: null,
    cancelRequested: false,
    pauseRequested: false,
    iterationsDone: 0,
    latestDigest: null,
    best: null,
    stopReason: '',
    lastEventNumber: 0,
    settings,
    corpusDigest,
    forkedFrom,
  };
}

export function recordError(error: RpcError): NonNullable<TrainingRunRecord['error']> {
  const { code, reason, message, violations, metadata } = error;
  return { code, reason, message, violations: violations.map((v) => ({ ...v })), metadata: { ...metadata } };
}

export function errorOfRecord({ error }: TrainingRunRecord): RpcError | undefined {
  return error === null ? undefined : new RpcError({ ...error, code: error.code as StatusCode });
}
