import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(`../../micro/${path}`, import.meta.url));

/** The Hugging Face folder of the small model that ships with LETI; what `micro-base` means as a checkpoint. */
export function microBaseCheckpointFolder(): string {
  return at('base');
}

/** The shipped pre-training texts, gzipped JSONL of {"text"}; what `micro-corpus` means as a corpus. */
export function microCorpusPath(): string {
  return at('corpus.jsonl.gz');
}

/** The absolute folder of the checkpoint that a user calls `path`; `micro-base` ships with LETI, anything else is a folder. */
export function checkpointFolder(path: string): string {
  return path === 'micro-base' ? microBaseCheckpointFolder() : resolve(path);
}
