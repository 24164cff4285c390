import { access } from 'node:fs/promises';
import { microBaseCheckpointFolder, TASKS } from '@leti/tasks';
import { fail, type Finding, ok, warn } from './finding.ts';

/** Which tasks can be loaded, from which data folder. */
export async function checkTasks(data: string | undefined): Promise<Finding[]> {
  return Promise.all(
    [...TASKS.values()].map(async (definition) => {
      const { task, splits } = definition;
      const { available, hint } = await definition.availability(data);
      const name = `task ${task}`;
      return available ? ok(name, `${splits.join(', ')}; ${hint}`) : warn(name, 'its data is not there', hint);
    }),
  );
}

/** Whether the base model that ships with LETI is there. */
export async function checkBaseModel(): Promise<Finding> {
  const folder = microBaseCheckpointFolder();
  return access(`${folder}/model.safetensors`).then(
    () => ok('base model', folder),
    () =>
      fail('base model', `no model.safetensors in ${folder}`, 'check the file out again; it is part of the repository'),
  );
}
