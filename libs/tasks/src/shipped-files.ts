import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Hugging Face folders of the small models that ship with LETI, by the names that mean them as checkpoints. */
const CHECKPOINTS: ReadonlyMap<string, string> = new Map([
  ['micro-base', at('micro/base')],
  ['unfamiliar-base', at('unfamiliar/base')],
]);

/** Shipped pre-training texts, gzipped JSONL of {"text"}, by the names that mean them as corpora. */
const CORPORA: ReadonlyMap<string, string> = new Map([
  ['micro-corpus', at('micro/corpus.jsonl.gz')],
  ['unfamiliar-corpus', at('unfamiliar/corpus.jsonl.gz')],
]);

/** Whether a checkpoint's path is the name of one that ships with LETI. */
export function isShippedCheckpoint(path: string): boolean {
  return CHECKPOINTS.has(path);
}

/** The absolute folder of the checkpoint that a user calls `path`: one that ships with LETI, or else a folder. */
export function checkpointFolder(path: string): string {
  return CHECKPOINTS.get(path) ?? resolve(path);
}

/** The absolute path of a corpus that ships with LETI; undefined for any other name. */
export function shippedCorpusPath(name: string): string | undefined {
  return CORPORA.get(name);
}

/** The Hugging Face folder of `micro-base`. */
export function microBaseCheckpointFolder(): string {
  return checkpointFolder('micro-base');
}

/** The file of `micro-corpus`. */
export function microCorpusPath(): string {
  return CORPORA.get('micro-corpus')!;
}
