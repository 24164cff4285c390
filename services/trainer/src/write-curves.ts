import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { openScalarWriter } from '@leti/nn';
import type { CurvesJob } from './curves.ts';

/**
 * Writes curves as event files that TensorBoard reads and other tools import, in place of what the folder held. The
 * files are made under a new name each time, since TensorFlow's writer goes on in a folder that it has seen before.
 */
export async function writeCurves({ folder, scalars }: CurvesJob): Promise<void> {
  const fresh = `${folder}.${randomUUID()}`;
  const writer = openScalarWriter(fresh);
  for (const { tag, value, step } of scalars) writer.scalar(tag, value, step);
  writer.flush();
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
