// Training throughput: tokens per second of one whole step (forward, backward, AdamW).
//
//   node libs/nn/bench/train.bench.ts                          the shapes below
//   node libs/nn/bench/train.bench.ts 4 128 4 1024 16 128 20   LAYERS WIDTH HEADS VOCAB BATCH TOKENS STEPS
//   --family llama             the Llama shape of about as many parameters; codegen if left out
//   --products bfloat16        matrix products in bfloat16
//
// Machines are noisy: compare runs made in turn, quote ratios, and trust processor time more than the clock.
import { parseArgs } from 'node:util';
import type { ModelConfig, ProductPrecision } from '../src/index.ts';

process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
const { DEFAULT_ADAMW, FineTuner, initialWeights, parseModelConfig } = await import('../src/index.ts');

const SHAPES = [
  [2, 64, 4, 512, 32, 192, 10],
  [2, 96, 4, 512, 32, 192, 10],
  [4, 128, 4, 1024, 16, 128, 20],
  [6, 256, 8, 1024, 16, 128, 10],
  [8, 512, 8, 4096, 8, 256, 5],
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { family: { type: 'string', default: 'codegen' }, products: { type: 'string', default: 'float32' } },
});
const args = positionals.map(Number);
for (const shape of args.length > 0 ? [args] : SHAPES) measure(shape);

function measure([layers = 0, width = 0, heads = 0, vocab = 0, batch = 0, tokens = 0, steps = 0]: number[]): void {
  const config = configOf(layers, width, heads, vocab, 2 * tokens);
  const weights = initialWeights(config, 1);
  const numParameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const products = options.products as ProductPrecision;
  const tuner = FineTuner.create({ config, weights, hyperparameters: DEFAULT_ADAMW, products });
  const sequences = Array.from({ length: batch }, (_, row) =>
    Int32Array.from({ length: tokens + 1 }, (_, t) => (t * t * 31 + row * 17 + t) % vocab),
  );
  const started = performance.now();
  tuner.step({ sequences }, { learningRate: 1e-4 });
  const built = performance.now() - started;
  tuner.step({ sequences }, { learningRate: 1e-4 });
  const processorBefore = process.cpuUsage();
  const times = Array.from({ length: steps }, () => {
    const start = performance.now();
    tuner.step({ sequences }, { learningRate: 1e-4 });
    return performance.now() - start;
  });
  const { user, system } = process.cpuUsage(processorBefore);
  tuner.dispose();
  const median = times.toSorted((a, b) => a - b)[times.length >> 1]!;
  const best = Math.min(...times);
  const rate = (ms: number): string => Math.round((batch * tokens * 1000) / ms).toLocaleString('en-US');
  console.log(
    `${options.family} ${products} layers ${layers} width ${width} heads ${heads} vocab ${vocab} batch ${batch}x${tokens}, ${numParameters} parameters: ` +
      `step ${median.toFixed(1)} ms (best ${best.toFixed(1)}, processor ${((user + system) / 1000 / steps).toFixed(1)}), ` +
      `${rate(median)} tokens/s (best ${rate(best)}); first step ${built.toFixed(0)} ms`,
  );
}

function configOf(layers: number, width: number, heads: number, vocab: number, positions: number): ModelConfig {
  if (options.family === 'llama') {
    return parseModelConfig({
      model_type: 'llama',
      num_hidden_layers: layers,
      hidden_size: width,
      num_attention_heads: heads,
      num_key_value_heads: heads / 2,
      intermediate_size: 3 * width,
      vocab_size: vocab,
      max_position_embeddings: positions,
      eos_token_id: 0,
    });
  }
  return parseModelConfig({
    model_type: 'codegen',
    n_layer: layers,
    n_embd: width,
    n_head: heads,
    rotary_dim: Math.min(32, width / heads),
    vocab_size: vocab,
    n_positions: positions,
    eos_token_id: 0,
  });
}
