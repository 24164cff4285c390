import { join } from 'node:path';
import { readJsonObjectIfThere } from '../read-json.ts';

/**
 * tokenizer_config.json of a model that is taken in, with the end-of-text token that older folders name in
 * special_tokens_map.json.
 * @returns undefined where neither file says anything
 * @throws {InvalidCheckpointError} for a file that is no JSON object
 */
export async function readTokenizerConfig(folder: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const config = await readJsonObjectIfThere(join(folder, 'tokenizer_config.json'));
  if (config?.['eos_token'] != null) return config;
  const special = await readJsonObjectIfThere(join(folder, 'special_tokens_map.json'));
  const eos = special?.['eos_token'];
  return eos == null ? config : { ...config, eos_token: eos };
}
