import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, InvalidCheckpointError, readCheckpoint } from '@leti/checkpoint';
import type { TrainingCursor, TrainingLosses } from '@leti/leti';
import { z } from 'zod';

const lossSumSchema = z.strictObject({ nats: z.number(), tokens: z.number() });
const cursorSchema: z.ZodType<TrainingCursor> = z.strictObject({
  fcftSteps: z.int().min(0),
  pretrainingSteps: z.int().min(0),
  pretrainingBatch: z.int().min(0),
});

/**
 * What trainer_state.json holds beside weights and moments, in a published checkpoint as in a saved state. What is
 * optional was not written by earlier versions.
 */
const trainingStateSchema = z.strictObject({
  iteration: z.int(),
  /** Optimizer steps of the iteration that are done. */
  step: z.int(),
  /** Over the iteration's steps so far. */
  fcft: lossSumSchema,
  pretraining: lossSumSchema,
  trainSeconds: z.number(),
  /** Of trainSeconds: within optimizer steps, and on making sequences and batches. */
  stepSeconds: z.number().optional(),
  dataSeconds: z.number().optional(),
  /** Where the run stood before the iteration, from which its steps follow. */
  cursorBefore: cursorSchema.optional(),
  /** Where it stands after it; in a published checkpoint. */
  cursorAfter: cursorSchema.optional(),
  /** Samples trained on; in a published checkpoint. */
  sequences: z.int().optional(),
  /** Nats per token on held-out documents after the last step; in a published checkpoint of a run that has any. */
  heldOutLoss: z.number().optional(),
});

export type TrainingState = z.infer<typeof trainingStateSchema>;

/** The state before an iteration's first step. @param cursorBefore where the run stands, where that is known */
export function initialState(iteration: number, cursorBefore: TrainingCursor | undefined): TrainingState {
  const nothing = { nats: 0, tokens: 0 };
  return {
    iteration,
    step: 0,
    fcft: nothing,
    pretraining: nothing,
    trainSeconds: 0,
    stepSeconds: 0,
    dataSeconds: 0,
    ...(cursorBefore && { cursorBefore }),
  };
}

/** What time was spent on; `train` includes the others. */
export interface StepSeconds {
  readonly train: number;
  readonly step: number;
  readonly data: number;
}

/** The state after a step, with the seconds since the one before it. */
export function afterStep(
  state: TrainingState,
  kind: 'fcft' | 'pretraining',
  { loss, tokens }: { readonly loss: number; readonly tokens: number },
  seconds: StepSeconds,
): TrainingState {
  const sum = { nats: state[kind].nats + loss * tokens, tokens: state[kind].tokens + tokens };
  return {
    ...state,
    [kind]: sum,
    step: state.step + 1,
    trainSeconds: state.trainSeconds + seconds.train,
    stepSeconds: (state.stepSeconds ?? 0) + seconds.step,
    dataSeconds: (state.dataSeconds ?? 0) + seconds.data,
  };
}

/** Means over the iteration's steps, nats per token; 0 where there was no step. */
export function meanLosses({ fcft, pretraining }: TrainingState): TrainingLosses {
  const mean = ({ nats, tokens }: { nats: number; tokens: number }): number => (tokens === 0 ? 0 : nats / tokens);
  return { fcftLoss: mean(fcft), pretrainingLoss: mean(pretraining) };
}

/** @throws {InvalidCheckpointError} when the checkpoint was not written by a trainer */
export function stateOf(checkpoint: Pick<Checkpoint, 'folder' | 'trainerState'>): TrainingState {
  const parsed = trainingStateSchema.safeParse(checkpoint.trainerState);
  if (parsed.success) return parsed.data;
  throw new InvalidCheckpointError(
    join(checkpoint.folder, 'trainer_state.json'),
    `want the state of a training run, got: ${parsed.error.issues[0]?.message}`,
  );
}

const NAME = /^step-\d{6}$/;

/** Where the state after `step` steps is saved. */
export function statePath(folder: string, step: number): string {
  return join(folder, `step-${String(step).padStart(6, '0')}`);
}

/** The newest saved state that can be read; damaged ones are removed, for the steps before them can be done again. */
export async function newestState(folder: string): Promise<Checkpoint | undefined> {
  for (const name of (await namesIn(folder)).toReversed()) {
    try {
      const checkpoint = await readCheckpoint(join(folder, name), { withOptimizer: true });
      stateOf(checkpoint);
      return checkpoint;
    } catch (error) {
      if (!(error instanceof InvalidCheckpointError)) throw error;
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
  return undefined;
}

/** Removes every saved state but the newest. */
export async function removeOlderStates(folder: string): Promise<void> {
  for (const name of (await namesIn(folder)).slice(0, -1))
    await rm(join(folder, name), { recursive: true, force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
}
