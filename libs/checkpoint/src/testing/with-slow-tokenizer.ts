import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Changes a folder with a byte-level tokenizer.json, in place, to what it was before there was that file: `vocab.json`,
 * `merges.txt` and `special_tokens_map.json`, which alone names the end-of-text token.
 */
export async function withSlowTokenizer(folder: string): Promise<void> {
  const path = join(folder, 'tokenizer.json');
  const { model } = JSON.parse(await readFile(path, 'utf8')) as {
    readonly model: { readonly vocab: object; readonly merges: readonly string[] };
  };
  await rm(path);
  const configPath = join(folder, 'tokenizer_config.json');
  const { eos_token: eos, ...config } = JSON.parse(await readFile(configPath, 'utf8')) as Record<string, unknown>;
  await writeFile(configPath, JSON.stringify({ ...config, tokenizer_class: 'GPT2Tokenizer' }));
  await writeFile(join(folder, 'special_tokens_map.json'), JSON.stringify({ eos_token: eos }));
  await writeFile(join(folder, 'vocab.json'), JSON.stringify(model.vocab));
  await writeFile(join(folder, 'merges.txt'), ['#version: 0.2', ...model.merges, ''].join('\n'));
}
