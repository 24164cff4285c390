// How fast a generator's engine draws, from prompt to text: new tokens per second, and what the first call of a shape costs.
//
//   node services/generator/bench/sampling.bench.ts [LAYERS WIDTH HEADS VOCAB SAMPLES PROMPT_TOKENS NEW_TOKENS [PROBLEMS]] [--lanes N]
//
// Without arguments: the shapes of the peer comparison, 16 problems each; CodeGen's architecture, random weights.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCheckpoint, writeCheckpoint } from '@leti/checkpoint';
import type { Problem } from '@leti/leti';
import { initialWeights, parseModelConfig } from '@leti/nn/model';
import { createLogger } from '@leti/rpc';
import { checkpointFolder } from '@leti/tasks';
import type { Tokenizer } from '@leti/tokenizer';
import type { ProblemSampling } from '../src/engine.ts';
import { defaultLanes } from '../src/lanes.ts';
import { LocalEngine } from '../src/local-engine.ts';

const SHAPES = [
  [4, 128, 4, 1024, 128, 64, 128, 16],
  [6, 256, 8, 1024, 128, 64, 64, 16],
  [8, 512, 8, 4096, 128, 64, 64, 16],
];
const ROWS = 128;
const NEVER = new AbortController().signal;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { lanes: { type: 'string' } } });
const lanes = Number(values.lanes ?? defaultLanes());
const tokenizerFrom = checkpointFolder('micro-base');
const { tokenizer } = await readCheckpoint(tokenizerFrom);
const argv = positionals.map(Number);
for (const sizes of argv.length > 0 ? [argv] : SHAPES) await measure(sizes);

async function measure(sizes: readonly number[]): Promise<void> {
  const [n_layer, n_embd, n_head, vocab_size, samples, promptTokens, maxNewTokens, count = 16] = sizes as [
    number, number, number, number, number, number, number, number?,
  ]; // prettier-ignore
  const config = parseModelConfig({
    model_type: 'codegen', n_layer, n_embd, n_head, rotary_dim: n_embd / n_head, vocab_size, n_positions: 2048,
    eos_token_id: tokenizer.special.eos,
  }); // prettier-ignore
  const folder = await mkdtemp(join(tmpdir(), 'leti-sampling-'));
  const engine = new LocalEngine({
    logger: createLogger({ name: 'bench', level: 'error' }),
    rows: ROWS,
    memoryBytes: undefined,
    lanes,
  });
  try {
    const path = join(folder, 'model');
    await writeCheckpoint(path, { config, weights: initialWeights(config, 1), tokenizerFrom });
    await engine.load({ path, digest: undefined }, NEVER);
    const indexes = Array.from({ length: samples }, (_, i) => i);
    const how: ProblemSampling = {
      condition: 'none',
      sampling: { temperature: 1, topP: 1, topK: 0, maxNewTokens, stop: [], cleanUpSpaces: false },
      seed: 1n,
      expectedDigest: undefined,
    };
    const draw = async (problems: readonly Problem[]): Promise<{ tokens: number; seconds: number }> => {
      const start = performance.now();
      const groups = await Promise.all(problems.map((problem) => engine.sample(problem, indexes, how, NEVER)));
      const tokens = groups.flat().reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
      return { tokens, seconds: (performance.now() - start) / 1000 };
    };
    const problems = Array.from({ length: count }, (_, i) => problemOf(i, promptTokens, tokenizer));
    const first = await draw(problems.slice(0, 1));
    const second = await draw(problems.slice(0, 1));
    const { tokens, seconds } = await draw(problems);
    console.log(
      `L${n_layer} D${n_embd} V${vocab_size}: ${count} prompts x ${samples} samples, ${promptTokens} + up to ${maxNewTokens} tokens, ` +
        `${lanes} lanes: ${Math.round(tokens / seconds)} new tokens/s; first call ${(first.seconds - second.seconds).toFixed(1)} s longer`,
    );
  } finally {
    await engine.close();
    await rm(folder, { recursive: true });
  }
}

/** A problem whose prompt is so many tokens. */
function problemOf(number: number, promptTokens: number, tokens: Tokenizer): Problem {
  const text = `${number} `.repeat(promptTokens);
  let prompt = tokens.decode(tokens.encode(text).slice(0, promptTokens));
  while (tokens.encode(prompt).length > promptTokens) prompt = prompt.slice(0, -1);
  return { problemId: `p${number}`, prompt, testSetupCode: '', tests: [] };
}
