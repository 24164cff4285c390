import type { ProblemSource, TrainingSettingsInput } from '@leti/leti';
import type { ProblemSource as ProtoProblemSource } from '@leti/proto';
import type { FieldPath } from './field-path.ts';
import { problemsFromProto, problemToProto } from './problem.ts';
import { taskSelectionFromProto, taskSelectionToProto } from './task-selection.ts';

/** More than any published task has; a request of this many is already far above gRPC's default message size. */
const MAX_INLINE_PROBLEMS = 65_536;

/** Reads where a run's problems come from, which must be set; undefined, and reported, when it names neither source. */
export function problemSourceFromProto(
  problems: ProtoProblemSource | undefined,
  at: FieldPath,
): TrainingSettingsInput['problems'] | undefined {
  if (!at.present(problems)) return undefined;
  const { source, rawGold } = problems;
  switch (source?.$case) {
    case 'task':
      return { ...taskSelectionFromProto(source.value, at.field('task')), rawGold };
    case 'inline': {
      const place = at.field('inline').field('problems');
      const inline = problemsFromProto(source.value.problems, place, MAX_INLINE_PROBLEMS);
      // A problem without tests can be sampled for, but there is nothing to learn from it.
      inline.forEach(({ tests }, i) =>
        place
          .index(i)
          .field('tests')
          .expect(tests.length > 0, 'must hold at least one test', 'none'),
      );
      const references = source.value.problems.map(({ referenceSolution }) => referenceSolution);
      return {
        inline: inline.map((problem, i) => ({
          ...problem,
          tests: [...problem.tests],
          referenceSolution: references[i],
        })),
      };
    }
    case undefined:
      at.reject('must hold a task or inline problems', 'neither');
      return undefined;
  }
}

export function problemSourceToProto(problems: ProblemSource): ProtoProblemSource {
  if ('inline' in problems) {
    const inline = problems.inline.map((problem) => ({
      ...problemToProto(problem),
      referenceSolution: problem.referenceSolution,
    }));
    return { source: { $case: 'inline', value: { problems: inline } } };
  }
  return { source: { $case: 'task', value: taskSelectionToProto(problems) }, rawGold: problems.rawGold };
}
