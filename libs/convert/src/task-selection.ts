import type { TaskSelection } from '@leti/leti';
import type { TaskSelection as ProtoTaskSelection } from '@leti/proto';
import type { FieldPath } from './field-path.ts';

/** Reads which problems to take, which must be set; whether task and split exist is for `@leti/tasks` to say. */
export function taskSelectionFromProto(selection: ProtoTaskSelection | undefined, at: FieldPath): TaskSelection {
  if (!at.present(selection)) return { task: '', split: '', dataFolder: undefined, limit: undefined };
  const { task, split, dataFolder, limit } = selection;
  at.field('task').expect(task !== '', 'must name a task', task);
  at.field('split').expect(split !== '', "must name one of the task's splits", split);
  at.field('limit').expect(limit >= 0, 'must be 0 or more', limit);
  return {
    task,
    split,
    dataFolder: dataFolder === '' ? undefined : dataFolder,
    limit: limit === 0 ? undefined : limit,
  };
}

export function taskSelectionToProto(selection: TaskSelection): ProtoTaskSelection {
  const { task, split, dataFolder = '', limit = 0 } = selection;
  return { task, split, dataFolder, limit };
}
