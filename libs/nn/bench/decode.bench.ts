// Prints how fast the sampler draws: new tokens per second, what making the graphs costs at first, and the longest that
// other work, an abort say, waits for its turn.
//
//   node libs/nn/bench/decode.bench.ts [LAYERS WIDTH HEADS VOCAB SAMPLES PROMPT_TOKENS NEW_TOKENS [PROBLEMS]]
//   --products bfloat16        matrix products in bfloat16
//   --top-p 0.95 --top-k 40    cut the distribution
//
// Without sizes: the micro shape, and the shapes of the peer comparison, 16 problems each.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { initialWeights, parseModelConfig, Sampler, type ProductPrecision, type SampleGroup } from '../src/index.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    products: { type: 'string', default: 'float32' },
    'top-p': { type: 'string', default: '1' },
    'top-k': { type: 'string', default: '0' },
  },
});
const products = options.products as ProductPrecision;
const cut = { topP: Number(options['top-p']), topK: Number(options['top-k']) };

const SHAPES = [
  [2, 96, 4, 512, 16, 90, 64, 24],
  [4, 128, 4, 1024, 128, 64, 128, 16],
  [6, 256, 8, 1024, 128, 64, 64, 16],
  [8, 512, 8, 4096, 128, 64, 64, 16],
];

const processorSecondsSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** Takes turns beside the sampler until told to stop. @returns what gives the longest between two, processor seconds */
function watchTurns(): () => Promise<number> {
  let longest = 0;
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const before = process.cpuUsage();
      await nextTurn();
      longest = Math.max(longest, processorSecondsSince(before));
    }
  })();
  return async () => {
    stopped = true;
    await watching;
    return longest;
  };
}

async function measure(sizes: readonly number[]): Promise<void> {
  const [numLayers, embedDim, numHeads, vocabSize, samples, promptTokens, newTokens, problems = 1] = sizes as [
    number, number, number, number, number, number, number, number?,
  ]; // prettier-ignore
  const config = parseModelConfig({
    model_type: 'codegen', n_layer: numLayers, n_embd: embedDim, n_head: numHeads, rotary_dim: embedDim / numHeads,
    vocab_size: vocabSize, n_positions: 2048, eos_token_id: 0,
  }); // prettier-ignore
  const sampler = Sampler.create({ config, weights: initialWeights(config, 1), products });
  const groups = (count: number, maxNewTokens: number): SampleGroup[] =>
    Array.from({ length: count }, (_, g) => ({
      groupId: String(g),
      promptIds: Int32Array.from({ length: promptTokens }, (_, i) => (g * 131 + i * 31) % vocabSize),
      samples: Array.from({ length: samples }, (_, i) => ({ sampleIndex: i, seed: BigInt(g * samples + i) })),
      temperature: 1,
      ...cut,
      maxNewTokens,
      eosTokenIds: [], // no sample ends early
    }));
  // Twice the same: what the first takes longer is the making of graphs.
  const secondsOfOneGroup = async (): Promise<number> => {
    const before = process.cpuUsage();
    await sampler.sample(groups(1, newTokens), { onSample: () => undefined });
    return processorSecondsSince(before);
  };
  const graphSeconds = (await secondsOfOneGroup()) - (await secondsOfOneGroup());
  const start = performance.now();
  const before = process.cpuUsage();
  const longestTurn = watchTurns();
  let tokens = 0;
  await sampler.sample(groups(problems, newTokens), { onSample: ({ tokenIds }) => (tokens += tokenIds.length) });
  const wallSeconds = (performance.now() - start) / 1000;
  const processorSeconds = processorSecondsSince(before);
  const turn = await longestTurn();
  sampler.dispose();
  console.log(
    `${products} top-p ${cut.topP} top-k ${cut.topK} L${numLayers} D${embedDim} V${vocabSize}: ${problems} prompts x ${samples} samples, ${promptTokens} + ${newTokens} tokens: ` +
      `${Math.round(tokens / wallSeconds)} new tokens/s, ${Math.round(tokens / processorSeconds)} a processor second; ` +
      `graphs ${graphSeconds.toFixed(1)} processor seconds; others wait for at most ${turn.toFixed(2)}`,
  );
}

const argv = positionals.map(Number);
for (const sizes of argv.length > 0 ? [argv] : SHAPES) await measure(sizes);
