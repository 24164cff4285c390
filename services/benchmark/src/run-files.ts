import { join } from 'node:path';
import type { GroupFiles } from '@leti/runs';

/** Where a benchmark run's files lie. Every one of them can be opened by a person. */
export interface RunFiles extends GroupFiles {
  /** The problems as the run found them when it first started, one per line; it never looks at the task's data again. */
  readonly problems: string;
  /** The figures, written when the run has succeeded. */
  readonly result: string;
}

export function runFiles(folder: string): RunFiles {
  return {
    problems: join(folder, 'problems.jsonl'),
    solutions: join(folder, 'solutions.jsonl'),
    evaluations: join(folder, 'evaluations.jsonl'),
    groups: join(folder, 'groups.jsonl'),
    result: join(folder, 'result.json'),
  };
}
