// Writes the shipped pre-training texts of the micro model: the first documents of the corpus that the model was made
// from, gzipped JSONL of {"text"}. Usage: node tools/micro/make-corpus.ts
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { microCorpusPath } from '@leti/tasks';
import { corpusTexts } from './corpus-texts.ts';
import { SHIPPED_DOCUMENTS } from './recipe.ts';

const lines = corpusTexts(SHIPPED_DOCUMENTS).map((text) => JSON.stringify({ text }));
const packed = gzipSync(`${lines.join('\n')}\n`, { level: 9 });
writeFileSync(microCorpusPath(), packed);
console.log(`${microCorpusPath()}: ${lines.length} documents, ${packed.length} bytes`);
