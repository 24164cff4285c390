import { join } from 'node:path';
import { readModelConfig } from '@leti/checkpoint';
import type { TrainingSettings } from '@leti/leti';
import { modelConfigToJson, type ModelConfig } from '@leti/nn/model';
import { readJson, runPaths } from '@leti/runs';
import { checkpointFolder } from '@leti/tasks';
import { z } from 'zod';
import { readIterationRecord } from './iteration-record.ts';
import type { TrainingRunView } from './run-journal.ts';

/** How fast a finished run was. */
export interface StoredPace {
  readonly runId: string;
  /** Sampling and judging, which overlap: whichever took longer. */
  readonly secondsPerSample: number;
  readonly secondsPerStep: number;
  readonly settings: TrainingSettings;
}

/** What is read of trainer_state.json here. */
const stateSchema = z.object({
  step: z.int(),
});

/** So many runs are looked at, the newest first. */
const MOST_RUNS = 50;

/**
 * The pace of the newest finished run whose model has this architecture and size.
 * @param runs newest first
 * @returns undefined when there is none, or none that tells
 */
export async function storedPace(
  config: ModelConfig,
  runs: readonly TrainingRunView[],
): Promise<StoredPace | undefined> {
  const wanted = shapeOf(config);
  for (const run of runs.filter(({ state }) => state === 'succeeded').slice(0, MOST_RUNS)) {
    // What is missing or damaged in another run is no reason to refuse this one's plan.
    const pace = await paceOf(run, wanted).catch(() => undefined);
    if (pace !== undefined) return pace;
  }
  return undefined;
}

async function paceOf(run: TrainingRunView, wanted: string): Promise<StoredPace | undefined> {
  const paths = runPaths(run.folder);
  const last = paths.checkpoint(run.iterationsDone);
  const config = await readModelConfig(last).catch(() =>
    readModelConfig(checkpointFolder(run.settings.baseCheckpoint.path)),
  );
  if (shapeOf(config) !== wanted) return undefined;
  const state = await readJson(join(last, 'trainer_state.json'), (json) => stateSchema.parse(json));
  let [samples, sampling, training] = [0, 0, 0];
  for (let iteration = 1; iteration <= run.iterationsDone; iteration++) {
    const record = await readIterationRecord(paths.iteration(iteration).metrics);
    if (record === undefined) return undefined;
    const { phases } = record.metrics;
    samples += record.metrics.samples;
    sampling += Math.max(phases.sample ?? 0, phases.evaluate ?? 0);
    if (iteration === run.iterationsDone) training = phases.train ?? 0;
  }
  if (state === undefined || samples === 0 || state.step === 0 || training === 0) return undefined;
  return {
    runId: run.id,
    secondsPerSample: sampling / samples,
    secondsPerStep: training / state.step,
    settings: run.settings,
  };
}

/** Everything of a configuration that arithmetic depends on; two models of one shape are equally fast. */
function shapeOf(config: ModelConfig): string {
  const entries = Object.entries(modelConfigToJson(config)).filter(([, value]) => typeof value !== 'object');
  const dimensions = entries.filter(([key]) => !/token_id|_name|transformers_version|dtype/.test(key));
  return JSON.stringify(dimensions.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
