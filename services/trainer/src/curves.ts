import { type IterationMetrics, runScalars, type RunFigures, type Scalar } from '@leti/leti';
import type { RunPaths } from '@leti/runs';
import { readIterationRecord } from './iteration-record.ts';

/** A folder of curves as the worker is to write it. */
export interface CurvesJob {
  /** Where the event files go; what is there is replaced whole. */
  readonly folder: string;
  readonly scalars: readonly Scalar[];
}

/** Everything that a run's curves show so far, out of its metrics and its events. @throws {CorruptStoreError} */
export async function curvesOf(paths: RunPaths, steps: RunFigures['steps']): Promise<CurvesJob> {
  const iterations: IterationMetrics[] = [];
  for (;;) {
    const record = await readIterationRecord(paths.iteration(iterations.length + 1).metrics);
    if (record === undefined) return { folder: paths.tensorboard, scalars: runScalars({ iterations, steps }) };
    iterations.push(record.metrics);
  }
}
