import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, InvalidCheckpointError, readCheckpoint } from '@leti/checkpoint';
import type { TrainingLosses } from '@leti/leti';
import { z } from 'zod';

const lossSumSchema = z.strictObject({ nats: z.number(), tokens: z.number() });

/** What trainer_state.json holds beside weights and moments, in a published checkpoint as in a saved state. */
const trainingStateSchema = z.strictObject({
  iteration: z.int(),
  /** Optimizer steps of the iteration that are done. */
  step: z.int(),
  /** Over the iteration's steps so far. */
  fcft: lossSumSchema,
  pretraining: lossSumSchema,
  trainSeconds: z.number(),
});

export type TrainingState = z.infer<typeof trainingStateSchema>;

/** The state before an iteration's first step. */
export function initialState(iteration: number): TrainingState {
  return { iteration, step: 0, fcft: { nats: 0, tokens: 0 }, pretraining: { nats: 0, tokens: 0 }, trainSeconds: 0 };
}

/** The state after a step that took `seconds`. */
export function afterStep(
  state: TrainingState,
  kind: 'fcft' | 'pretraining',
  { loss, tokens }: { readonly loss: number; readonly tokens: number },
  seconds: number,
): TrainingState {
  const sum = { nats: state[kind].nats + loss * tokens, tokens: state[kind].tokens + tokens };
  return { ...state, [kind]: sum, step: state.step + 1, trainSeconds: state.trainSeconds + seconds };
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
