import { join } from 'node:path';
import { parseModelConfig, type ModelConfig } from '@leti/nn/model';
import { readJson } from './read-json.ts';

/**
 * The shape of the model in a checkpoint folder, from its config.json; weights are not looked for.
 *
 * @throws {CheckpointNotFoundError} if there is no such file
 * @throws {InvalidCheckpointError} if it is no JSON
 * @throws {UnsupportedModelError} naming the field that cannot be honoured
 */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  return parseModelConfig(await readJson(join(folder, 'config.json')));
}
