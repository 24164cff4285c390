import { corpusDocument } from '@leti/tasks';
import { tracebacksOf } from '../base-model/tracebacks.ts';
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
