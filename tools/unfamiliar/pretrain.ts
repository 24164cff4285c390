// Trains the base model of the unfamiliar world, going on from the micro base model, and writes its checkpoint.
// Usage: node tools/unfamiliar/pretrain.ts [FOLDER]     default: the shipped checkpoint's folder
import { readCheckpoint } from '@leti/checkpoint';
import { checkpointFolder } from '@leti/tasks';
import { trainBase } from '../base-model/train-base.ts';
import { corpusTexts } from './corpus-texts.ts';
import { PRETRAINING } from './recipe.ts';

const from = checkpointFolder('micro-base');
const folder = process.argv[2] ?? checkpointFolder('unfamiliar-base');
const { config, weights } = await readCheckpoint(from);
const start = { config, weights };
const digest = await trainBase({ start, recipe: PRETRAINING, texts: corpusTexts, tokenizerFrom: from, folder });
console.log(`${folder}: ${digest}`);
