// Writes a CodeGen checkpoint of a published size: real shapes and tokenizer with LETI's tokens, random weights.
//
//   node libs/checkpoint/bench/make-codegen.ts 350M FOLDER          halves, as published
//   node libs/checkpoint/bench/make-codegen.ts 2B FOLDER F32
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseModelConfig, sizeOf, weightShapes, type NamedArray } from '@leti/nn/model';
import { codegenTokenizerJson, gpt2Vocabulary } from '@leti/tokenizer/testing';
import { writeCheckpoint, type WeightType } from '../src/index.ts';

/** Layers, width, heads, rotary dims. */
const SIZES: Readonly<Record<string, readonly [number, number, number, number]>> = {
  '350M': [20, 1024, 16, 32],
  '2B': [32, 2560, 32, 64],
  '6B': [33, 4096, 16, 64],
  '16B': [34, 6144, 24, 64],
};

const [size = '', folder = '', weightType = 'F16'] = process.argv.slice(2);
const shape = SIZES[size];
if (shape === undefined || folder === '') {
  throw new RangeError(`want one of ${Object.keys(SIZES).join(', ')} and a folder, got '${size}' and '${folder}'`);
}
const [n_layer, n_embd, n_head, rotary_dim] = shape;
const config = parseModelConfig({
  model_type: 'codegen',
  n_layer,
  n_embd,
  n_head,
  rotary_dim,
  n_positions: 2048,
  vocab_size: 51_200,
  bos_token_id: 1,
  eos_token_id: 50_256,
});

/** Numbers of about GPT-2's first deviation, from a block that repeats: what they are matters to nobody here. */
const block = Float32Array.from({ length: 1_000_003 }, (_, i) => 0.035 * Math.sin(12.9898 * i * i + i));

function weightOf(name: string, dims: readonly number[]): NamedArray {
  return {
    shape: dims,
    get data() {
      const data = new Float32Array(sizeOf(dims));
      if (/ln_(1|f)\.weight$/.test(name)) return data.fill(1);
      if (name.endsWith('.bias')) return data;
      for (let start = 0; start < data.length; start += block.length) {
        data.set(block.subarray(0, Math.min(block.length, data.length - start)), start);
      }
      return data;
    },
  };
}

const tokenizerFrom = await mkdtemp(join(tmpdir(), 'leti-tokenizer-'));
const tokens = ['<|bad|>', '<|good|>', '<|lang_feedback|>', '<|/lang_feedback|>'];
await writeFile(join(tokenizerFrom, 'tokenizer.json'), JSON.stringify(codegenTokenizerJson(gpt2Vocabulary(), tokens)));
const weights = new Map(Array.from(weightShapes(config), ([name, dims]) => [name, weightOf(name, dims)]));
console.log(await writeCheckpoint(folder, { config, weights, tokenizerFrom, weightType: weightType as WeightType }));
await rm(tokenizerFrom, { recursive: true });
