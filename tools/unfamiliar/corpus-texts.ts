import { unfamiliarDocument } from '@leti/tasks';
import { tracebacksOf } from '../base-model/tracebacks.ts';
import { CORPUS_SEED, TRACEBACK_EVERY } from './recipe.ts';

/** The first texts of the corpus, some with what the interpreter said about the program above it. */
export function corpusTexts(count: number): string[] {
  const documents = Array.from({ length: count }, (_, index) => unfamiliarDocument(CORPUS_SEED, index));
  const chosen = documents.flatMap((document, index) => (index % TRACEBACK_EVERY === 0 ? [{ document, index }] : []));
  const texts = documents.map(({ text }) => text);
  const sources = chosen.map(({ document: { text, tests } }) => `${text}\n${tests.join('\n')}\n`);
  for (const [at, traceback] of tracebacksOf(sources).entries())
    if (traceback !== null) texts[chosen[at]!.index] = `${traceback}${chosen[at]!.document.text}`;
  return texts;
}
