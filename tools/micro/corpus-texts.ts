import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { corpusDocument } from '@leti/tasks';
import { CORPUS_SEED, TRACEBACK_EVERY } from './recipe.ts';

/**
 * The first texts of the corpus. Every so often one is not a program but what the interpreter said about it, as forum
 * posts and logs in real corpora are, so that the model can read feedback before it is ever given any.
 */
export function corpusTexts(count: number): string[] {
  const documents = Array.from({ length: count }, (_, index) => corpusDocument(CORPUS_SEED, index));
  const chosen = documents.flatMap((document, index) => (index % TRACEBACK_EVERY === 0 ? [{ document, index }] : []));
  const sources = chosen.map(({ document: { text, tests } }) => `${text}\n${tests.join('\n')}\n`);
  const texts = documents.map(({ text }) => text);
  for (const [at, traceback] of tracebacksOf(sources).entries())
    if (traceback !== null) texts[chosen[at]!.index] = traceback;
  return texts;
}

function tracebacksOf(sources: readonly string[]): (string | null)[] {
  const script = fileURLToPath(new URL('./tracebacks.py', import.meta.url));
  const python = spawnSync('python3', ['-W', 'ignore', script], {
    input: JSON.stringify(sources),
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
  });
  if (python.status !== 0) throw new Error(`${script}: want exit status 0, got ${python.status}: ${python.stderr}`);
  return JSON.parse(python.stdout) as (string | null)[];
}
