// Writes the shipped pre-training texts of the unfamiliar world: the first documents of the corpus that its base model
// was made from, gzipped JSONL of {"text"}. Usage: node tools/unfamiliar/make-corpus.ts
import { shippedCorpusPath } from '@leti/tasks';
import { writeCorpus } from '../base-model/write-corpus.ts';
import { corpusTexts } from './corpus-texts.ts';
import { SHIPPED_DOCUMENTS } from './recipe.ts';

writeCorpus(shippedCorpusPath('unfamiliar-corpus')!, corpusTexts(SHIPPED_DOCUMENTS));
