// Trains the micro base model from scratch and writes its checkpoint. The tokenizer must be there already.
// Usage: node tools/micro/pretrain.ts [FOLDER]     default: the shipped checkpoint's folder
import { initialWeights } from '@leti/nn';
import { microBaseCheckpointFolder } from '@leti/tasks';
import { trainBase } from '../base-model/train-base.ts';
import { corpusTexts } from './corpus-texts.ts';
import { MODEL, PRETRAINING, WEIGHTS_SEED } from './recipe.ts';

const tokenizerFrom = microBaseCheckpointFolder();
const folder = process.argv[2] ?? tokenizerFrom;
const start = { config: MODEL, weights: initialWeights(MODEL, WEIGHTS_SEED) };
const digest = await trainBase({ start, recipe: PRETRAINING, texts: corpusTexts, tokenizerFrom, folder });
console.log(`${folder}: ${digest}`);
