import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeCheckpoint } from '@leti/checkpoint';
import { DEFAULT_ADAMW, FineTuner } from '@leti/nn';
import { loadTokenizer } from '@leti/tokenizer';
import { type BaseRecipe, learningRateAt } from './base-recipe.ts';

export interface BaseTraining {
  /** The model's shape, and the weights to begin with. */
  readonly start: Pick<Parameters<typeof FineTuner.create>[0], 'config' | 'weights'>;
  readonly recipe: BaseRecipe;
  /** At least this many texts, of which the last few may not be used. */
  readonly texts: (count: number) => readonly string[];
  /** Folder whose tokenizer the checkpoint gets. */
  readonly tokenizerFrom: string;
  /** Where the checkpoint goes; what is there gives way. */
  readonly folder: string;
}

const REPORT_EVERY = 100;
/** Tokens of a sequence, one more than the lengths that batches are padded to. */
const LENGTH_BOUNDS = [65, 97, Number.POSITIVE_INFINITY];

/** Trains a base model on texts, tells how it goes on stdout, and writes its checkpoint. Returns the digest. */
export async function trainBase({ start, recipe, texts, tokenizerFrom, folder }: BaseTraining): Promise<string> {
  const { steps, batchSize, beta2, maxGradientNorm } = recipe;
  const tokenizer = await loadTokenizer(tokenizerFrom);
  const tuner = FineTuner.create({ ...start, hyperparameters: { ...DEFAULT_ADAMW, beta2, maxGradientNorm } });

  // Batches of like lengths waste little on padding. What is left over at the end is not used.
  const batches = function* (): Generator<Int32Array[]> {
    const queues = new Map(LENGTH_BOUNDS.map((bound) => [bound, [] as Int32Array[]]));
    for (const text of texts((steps + LENGTH_BOUNDS.length) * batchSize)) {
      const sequence = Int32Array.from([...tokenizer.encode(text), tokenizer.special.eos]);
      const queue = queues.get(LENGTH_BOUNDS.find((bound) => sequence.length <= bound)!)!;
      queue.push(sequence);
      if (queue.length === batchSize) yield queue.splice(0);
    }
  };

  const started = performance.now();
  let [sum, tokens, step] = [0, 0, 0];
  for (const sequences of batches()) {
    if (step === steps) break;
    const result = tuner.step({ sequences }, { learningRate: learningRateAt(recipe, step) });
    step++;
    sum += result.loss;
    tokens += result.tokens;
    if (step % REPORT_EVERY === 0) {
      const seconds = (performance.now() - started) / 1000;
      const [loss, rate] = [(sum / REPORT_EVERY).toFixed(4), (tokens / seconds).toFixed(0)];
      console.log(`step ${step}/${steps}  loss ${loss}  ${rate} tokens/s  ${seconds.toFixed(0)} s`);
      sum = 0;
    }
  }

  // A checkpoint folder never changes once published, so the one that is there gives way to a whole new one.
  const fresh = join(await mkdtemp(join(dirname(folder), '.pretrain-')), 'base');
  const digest = await writeCheckpoint(fresh, { config: start.config, weights: tuner.weights(), tokenizerFrom });
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
  await rm(dirname(fresh), { recursive: true });
  tuner.dispose();
  return digest;
}
