// Memory of a training step at its peak, against the estimate that is checked before it starts.
//
//   node libs/nn/bench/memory.bench.ts                              the models and settings below, each in its own process
//   node libs/nn/bench/memory.bench.ts codegen 8 512 8 4096 16 256  FAMILY LAYERS WIDTH HEADS VOCAB BATCH TOKENS, every setting
//   --settings '{"microBatchSize":4}'                               this setting alone
//
// Measured: the process's greatest resident memory less what it had before the model was created, so without Node,
// TensorFlow and the arrays that the caller holds; graphs and three steps are in it. A share above 1 means that the estimate is not from above.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseModelConfig, trainingMemory, type ModelConfig, type TrainingMemoryBatch } from '../src/model.ts';

process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';

type Settings = Omit<TrainingMemoryBatch, 'rows' | 'tokens'>;
type Model = readonly [family: string, layers: number, width: number, heads: number, vocab: number];

const CASES: readonly (readonly [...Model, batch: number, tokens: number])[] = [
  ['codegen', 4, 128, 4, 1024, 32, 128],
  ['codegen', 8, 512, 8, 4096, 16, 256],
  ['llama', 8, 512, 8, 4096, 16, 256],
  ['codegen', 8, 256, 8, 1024, 4, 1024],
];
const SETTINGS: readonly Settings[] = [
  {},
  { recompute: true },
  { microBatchSize: 4 },
  { microBatchSize: 4, recompute: true },
  { layout: 'packed' },
  { weightPrecision: 'bfloat16' },
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { settings: { type: 'string' }, measure: { type: 'boolean', default: false } },
});
const given: typeof CASES = positionals.length === 0 ? CASES : [caseOf(positionals)];
const settings = options.settings === undefined ? SETTINGS : [JSON.parse(options.settings) as Settings];
if (options.measure) console.log(await measure(given[0]!, settings[0]!));
else for (const each of given) for (const setting of settings) print(each, setting);

function caseOf([family = '', ...sizes]: string[]): (typeof CASES)[number] {
  const [layers = 0, width = 0, heads = 0, vocab = 0, batch = 0, tokens = 0] = sizes.map(Number);
  return [family, layers, width, heads, vocab, batch, tokens];
}

function print(each: (typeof CASES)[number], setting: Settings): void {
  const [rows, tokens] = each.slice(5) as [number, number];
  const memory = trainingMemory(configOf(each), { rows, tokens: tokens + 1, ...setting });
  const args = [
    fileURLToPath(import.meta.url),
    '--measure',
    '--settings',
    JSON.stringify(setting),
    ...each.map(String),
  ];
  const measured = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as number[]; // prettier-ignore
  const [peak = 0, stepMs = 0] = measured;
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  const parts = (['weights', 'moments', 'gradients', 'activations', 'runtime'] as const).map((part) =>
    mebibytes(memory[part]),
  );
  console.log(
    `${each.join(' ')} ${JSON.stringify(setting)}: measured ${mebibytes(peak)} MiB of ${mebibytes(memory.total)} ` +
      `(${parts.join(' + ')}), ${(peak / memory.total).toFixed(2)}; step ${stepMs.toFixed(0)} ms`,
  );
}

/** In a process of its own. @returns JSON: bytes at the peak, and milliseconds of the last step */
async function measure(each: (typeof CASES)[number], setting: Settings): Promise<string> {
  const { DEFAULT_ADAMW, FineTuner, initialWeights, tensorRuntime } = await import('../src/index.ts');
  const config = configOf(each);
  const [batch, tokens] = each.slice(5) as [number, number];
  const weights = initialWeights(config, 1);
  const sequences = Array.from({ length: batch }, (_, row) =>
    Int32Array.from({ length: tokens + 1 }, (_, t) => (t * t * 31 + row * 17 + t) % config.vocabSize),
  );
  tensorRuntime();
  const before = process.memoryUsage().rss;
  const { microBatchSize, recompute = false, layout = 'padded', weightPrecision = 'float32' } = setting;
  const tuner = FineTuner.create({
    config, weights, hyperparameters: DEFAULT_ADAMW, recompute, layout, weightPrecision, memoryBytes: Infinity,
    ...(microBatchSize !== undefined && { microBatchSize }),
  }); // prettier-ignore
  let stepMs = 0;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    tuner.step({ sequences }, { learningRate: 1e-4 });
    stepMs = performance.now() - start;
  }
  return JSON.stringify([process.resourceUsage().maxRSS * 1024 - before, stepMs]);
}

function configOf([family, layers, width, heads, vocab, , tokens]: (typeof CASES)[number]): ModelConfig {
  const common = { vocab_size: vocab, eos_token_id: 0 };
  if (family === 'llama') {
    return parseModelConfig({
      ...common,
      model_type: 'llama',
      num_hidden_layers: layers,
      hidden_size: width,
      num_attention_heads: heads,
      num_key_value_heads: heads / 2,
      intermediate_size: 3 * width,
      max_position_embeddings: 2 * tokens,
    });
  }
  return parseModelConfig({
    ...common,
    model_type: 'codegen',
    n_layer: layers,
    n_embd: width,
    n_head: heads,
    rotary_dim: Math.min(32, width / heads),
    n_positions: 2 * tokens,
  });
}
