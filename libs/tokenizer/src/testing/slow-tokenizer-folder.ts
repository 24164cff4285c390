import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { whiteSpaceTokens } from './codegen-tokenizer-json.ts';
import { gpt2Vocabulary } from './gpt2-vocabulary.ts';

/**
 * Writes CodeGen's tokenizer as older revisions of its folders have it: `vocab.json` and `merges.txt` of GPT-2,
 * `added_tokens.json`, `special_tokens_map.json` and `tokenizer_config.json`.
 * @param folder must be there
 * @param config other fields of tokenizer_config.json; undefined leaves one out
 */
export async function writeSlowCodegenTokenizer(
  folder: string,
  config: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { vocab, merges } = gpt2Vocabulary();
  const size = Object.keys(vocab).length;
  const eos = '<|endoftext|>';
  const named = { bos_token: eos, eos_token: eos, unk_token: eos };
  // In no order, as transformers wrote them.
  const added = whiteSpaceTokens()
    .map((token, i) => [token, size + i] as const)
    .toReversed();
  const files: Readonly<Record<string, string>> = {
    'vocab.json': JSON.stringify(vocab),
    'merges.txt': merges,
    'added_tokens.json': JSON.stringify(Object.fromEntries(added)),
    'special_tokens_map.json': JSON.stringify(named),
    'tokenizer_config.json': JSON.stringify({
      ...named,
      add_prefix_space: false,
      model_max_length: 2048,
      tokenizer_class: 'CodeGenTokenizer',
      ...config,
    }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
