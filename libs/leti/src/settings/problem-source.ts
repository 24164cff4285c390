import { z } from 'zod';
import type { CheckpointReference } from '../checkpoint-reference.ts';
import type { Problem } from '../problem.ts';
import type { TaskSelection } from '../task-selection.ts';
import { count } from './numbers.ts';

/** The same rules as `Problem` in problem.proto. */
const problemSchema = z.strictObject({
  problemId: z.string().regex(/^[A-Za-z0-9._/-]{1,256}$/, 'must be 1 to 256 of [A-Za-z0-9._/-]'),
  prompt: z.string().max(65_536),
  testSetupCode: z.string().default(''),
  tests: z.array(z.string()).min(1),
  /** What the supervised objective trains on; nothing else reads it. Default: there is none. */
  referenceSolution: z.string().optional(),
});

/** Where the problems come from: a task, or the settings themselves. */
export type ProblemSource =
  | (TaskSelection & {
      /** Whether reference solutions stay byte for byte, with CR and tabs; else their line ends are LF. */
      readonly rawGold: boolean;
    })
  | { readonly inline: readonly Problem[] };

/** A {@link ProblemSource} before its mode's default is filled in. */
export type ProblemSourceInput =
  (TaskSelection & { readonly rawGold: boolean | undefined }) | { readonly inline: readonly Problem[] };

export const problemSourceSchema = z
  .strictObject({
    /** A task that the trainer knows: `micro` or `mbpp`. No default. */
    task: z.string().min(1).optional(),
    /** `train`, `validation`, `test` or, for mbpp, `prompt`. Default `train`. */
    split: z.string().min(1).optional(),
    /** Folder with the task's official files. Default: the service's own. */
    dataFolder: z.string().min(1).optional(),
    /** Takes the first so many problems, at least 1. Default: all. */
    limit: count(1).optional(),
    /** Leaves the task's reference solutions as the official file has them. Read by the supervised objective. */
    rawGold: z.boolean().optional(),
    /** Instead of a task: the problems themselves, at least one, with distinct ids. */
    inline: z.array(problemSchema).min(1).optional(),
  })
  .transform(({ inline, ...selection }, context): ProblemSourceInput => {
    if (inline === undefined) {
      const { task = '', split = 'train', dataFolder, limit, rawGold } = selection;
      if (task === '')
        context.addIssue({ code: 'custom', path: ['task'], message: 'must name a task, or inline must hold problems' });
      return { task, split, dataFolder, limit, rawGold };
    }
    for (const [key, value] of Object.entries(selection))
      if (value !== undefined)
        context.addIssue({ code: 'custom', path: [key], message: 'must not stand beside inline problems' });
    const seen = new Set<string>();
    for (const [index, { problemId }] of inline.entries()) {
      if (seen.has(problemId))
        context.addIssue({ code: 'custom', path: ['inline', index, 'problemId'], message: 'must be unique' });
      seen.add(problemId);
    }
    return { inline };
  });

export const checkpointReferenceSchema = z
  .strictObject({
    /** A Hugging Face folder, or `micro-base` for the model that ships with LETI. Default `micro-base`. */
    path: z.string().min(1).default('micro-base'),
    /** Checked when given. Default: the folder's content is taken as it is. */
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "must be 'sha256:' and 64 hex digits")
      .optional(),
  })
  .transform(({ path, digest }): CheckpointReference => ({ path, digest }));
