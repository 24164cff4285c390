import { join } from 'node:path';
import { type ReportData, renderReport } from '@leti/report';
import { writeFileAtomically } from '@leti/runs';
import { shownPath } from '../output/shown-path.ts';
import type { StartResult } from './run-start.ts';
import { solvedExamples } from './solved-examples.ts';
import type { StartPlan } from './start-plan.ts';

/** What the report of a finished job shows. Paths are shown relative to where the command ran. */
export async function reportData(plan: StartPlan, result: StartResult, createdAt: Date): Promise<ReportData> {
  const { before, after, training, difference, parts } = result;
  const { task, split, samples, temperature } = {
    ...plan.after.task,
    samples: plan.after.samplesPerProblem,
    temperature: plan.after.sampling.temperature,
  };
  return {
    title: `${task}, seed ${plan.training.seed}`,
    createdAt: createdAt.toISOString(),
    comparison: {
      task,
      split,
      samplesPerProblem: samples,
      temperature,
      before: before.result,
      after: after.result,
      difference,
    },
    iterations: training.iterations.map(({ iteration, metrics }) => ({ iteration, ...metrics })),
    steps: training.steps,
    examples: await solvedExamples(training.storePath, training.iterations.length),
    parts,
    settings: plainJson({ training: plan.training, benchmark: plan.after }),
    artifacts: [
      { name: 'Training run', path: shownPath(training.storePath) },
      ...(training.checkpoint === undefined
        ? []
        : [
            {
              name: 'Trained checkpoint',
              path: shownPath(training.checkpoint.path),
              digest: training.checkpoint.digest,
            },
          ]),
      { name: 'Base checkpoint', path: plan.training.baseCheckpoint.path, digest: before.result.weightsDigest },
      { name: 'Benchmark before', path: shownPath(before.storePath) },
      { name: 'Benchmark after', path: shownPath(after.storePath) },
    ],
  };
}

const plainJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)));

/** Writes the page into the run's folder, whole or not at all. @returns its path */
export async function writeReport(folder: string, data: ReportData): Promise<string> {
  const path = join(folder, 'report.html');
  await writeFileAtomically(path, renderReport(data));
  return path;
}
