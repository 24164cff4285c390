// Writes the shipped pre-training texts of the micro model: the first documents of the corpus that the model was made
// from, gzipped JSONL of {"text"}. Usage: node tools/micro/make-corpus.ts
import { microCorpusPath } from '@leti/tasks';
import { writeCorpus } from '../base-model/write-corpus.ts';
import { corpusTexts } from './corpus-texts.ts';
import { SHIPPED_DOCUMENTS } from './recipe.ts';

writeCorpus(microCorpusPath(), corpusTexts(SHIPPED_DOCUMENTS));
