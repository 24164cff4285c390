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
/** Tokens of a sequence, one more than the lengths that batches are padded to. */
const LENGTH_BOUNDS = [65, 97, Number.POSITIVE_INFINITY];
const { steps, batchSize, weightsSeed, beta2, maxGradientNorm } = PRETRAINING;
const tokenizerFrom = microBaseCheckpointFolder();
const folder = process.argv[2] ?? tokenizerFrom;

const tokenizer = await loadTokenizer(tokenizerFrom);
const tuner = FineTuner.create({
  config: MODEL,
  weights: initialWeights(MODEL, weightsSeed),
  hyperparameters: { ...DEFAULT_ADAMW, beta2, maxGradientNorm },
});

// Batches of like lengths waste little on padding. What is left over at the end is not used.
const queues = new Map(LENGTH_BOUNDS.map((bound) => [bound, [] as Int32Array[]]));
const batches = function* (): Generator<Int32Array[]> {
  for (const text of corpusTexts((steps + LENGTH_BOUNDS.length) * batchSize)) {
    const sequence = Int32Array.from([...tokenizer.encode(text), tokenizer.special.eos]);
    const queue = queues.get(LENGTH_BOUNDS.find((bound) => sequence.length <= bound)!)!;
    queue.push(sequence);
    if (queue.length === batchSize) yield queue.splice(0);
  }
};

const started = performance.now();
let sum = 0;
let tokens = 0;
let step = 0;
for (const sequences of batches()) {
  if (step === steps) break;
  const result = tuner.step({ sequences }, { learningRate: learningRateAt(step) });
  step++;
  sum += result.loss;
  tokens += result.tokens;
  if (step % REPORT_EVERY === 0) {
    const seconds = (performance.now() - started) / 1000;
    const loss = (sum / REPORT_EVERY).toFixed(4);
    console.log(
      `step ${step}/${steps}  loss ${loss}  ${(tokens / seconds).toFixed(0)} tokens/s  ${seconds.toFixed(0)} s`,
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
