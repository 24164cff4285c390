import { join } from 'node:path';
import type { Condition } from '@leti/leti';
import type { GroupFiles } from './group-ledger.ts';

/** Where a run's files lie. Every one of them can be opened by a person. */
export interface RunPaths {
  readonly folder: string;
  /** The problems as resolved at creation, one per line; a run never looks at the task's data again. */
  readonly problems: string;
  /** Checkpoint published by an iteration; iterations count from 1. */
  checkpoint(iteration: number): string;
  /** The problems that iterations are validated on, as resolved at creation; there only where the run validates. */
  readonly validationProblems: string;
  /** Event files for TensorBoard, made anew from metrics and events after every iteration. */
  readonly tensorboard: string;
  /** Iteration 0 is the base checkpoint, which is validated only. */
  iteration(iteration: number): IterationPaths;
}

/** Where an iteration's files lie. */
export interface IterationPaths extends GroupFiles {
  readonly folder: string;
  /** What the iteration trains on, one line per sample. */
  readonly fcft: string;
  /** What fcft.jsonl was made by, and its digest; written after it, and without it fcft.jsonl does not count. */
  readonly fcftManifest: string;
  /** Written when the iteration is finished. */
  readonly metrics: string;
  /** Programs that seem to aim at their judge, a few of each sign; there only where there are any. */
  readonly specimens: string;
  /** The ledger of validating the iteration's weights under a condition. */
  validation(condition: Condition): GroupFiles;
  /** States saved while training, each a checkpoint folder `step-NNNNNN`; gone once the iteration is published. */
  readonly training: string;
}

const padded = (iteration: number): string => String(iteration).padStart(3, '0');

const groupFiles = (folder: string): GroupFiles => ({
  solutions: join(folder, 'solutions.jsonl'),
  evaluations: join(folder, 'evaluations.jsonl'),
  groups: join(folder, 'groups.jsonl'),
});

/** The paths of a training run in its folder. */
export function runPaths(folder: string): RunPaths {
  return {
    folder,
    problems: join(folder, 'problems.jsonl'),
    validationProblems: join(folder, 'validation-problems.jsonl'),
    tensorboard: join(folder, 'tensorboard'),
    checkpoint: (iteration) => join(folder, 'checkpoints', padded(iteration)),
    iteration: (iteration) => {
      const own = join(folder, 'iterations', padded(iteration));
      return {
        folder: own,
        ...groupFiles(own),
        validation: (condition) => groupFiles(join(own, 'validation', condition)),
        specimens: join(own, 'specimens.jsonl'),
        fcft: join(own, 'fcft.jsonl'),
        fcftManifest: join(own, 'fcft.json'),
        metrics: join(own, 'metrics.json'),
        training: join(own, 'training'),
      };
    },
  };
}
