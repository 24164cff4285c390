// Trains the micro base model from scratch and writes its checkpoint. The tokenizer must be there already.
// Usage: node tools/micro/pretrain.ts [FOLDER]     default: the shipped checkpoint's folder
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeCheckpoint } from '@leti/checkpoint';
import { DEFAULT_ADAMW, FineTuner, initialWeights } from '@leti/nn';
import { microBaseCheckpointFolder } from '@leti/tasks';
import { loadTokenizer } from '@leti/tokenizer';
import { corpusTexts } from './corpus-texts.ts';
import { learningRateAt, MODEL, PRETRAINING } from './recipe.ts';

const REPORT_EVERY = 100;
const { steps, batchSize, weightsSeed, beta2, maxGradientNorm } = PRETRAINING;
const tokenizerFrom = microBaseCheckpointFolder();
const folder = process.argv[2] ?? tokenizerFrom;

const tokenizer = await loadTokenizer(tokenizerFrom);
const tuner = FineTuner.create({
  config: MODEL,
  weights: initialWeights(MODEL, weightsSeed),
  hyperparameters: { ...DEFAULT_ADAMW, beta2, maxGradientNorm },
});

const texts = corpusTexts(steps * batchSize);
/** A text as the pre-training stream has it: ended by end-of-text. */
const sequence = (index: number): Int32Array =>
  Int32Array.from([...tokenizer.encode(texts[index]!), tokenizer.special.eos]);

const started = performance.now();
let sum = 0;
let tokens = 0;
for (let step = 0; step < steps; step++) {
  const sequences = Array.from({ length: batchSize }, (_, row) => sequence(step * batchSize + row));
  const result = tuner.step({ sequences }, { learningRate: learningRateAt(step) });
  sum += result.loss;
  tokens += result.tokens;
  if ((step + 1) % REPORT_EVERY === 0) {
    const seconds = (performance.now() - started) / 1000;
    const loss = (sum / REPORT_EVERY).toFixed(4);
    console.log(
      `step ${step + 1}/${steps}  loss ${loss}  ${(tokens / seconds).toFixed(0)} tokens/s  ${seconds.toFixed(0)} s`,
    );
    sum = 0;
  }
}

// A checkpoint folder never changes once published, so the one that is there gives way to a whole new one.
const fresh = join(await mkdtemp(join(dirname(folder), '.pretrain-')), 'base');
const digest = await writeCheckpoint(fresh, { config: MODEL, weights: tuner.weights(), tokenizerFrom });
await rm(folder, { recursive: true, force: true });
await rename(fresh, folder);
await rm(dirname(fresh), { recursive: true });
tuner.dispose();
console.log(`${folder}: ${digest}`);
