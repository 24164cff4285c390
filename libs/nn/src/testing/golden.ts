import { readFileSync } from 'node:fs';
import { parseModelConfig } from '../families/model-families.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArray, NamedArrays } from '../named-array.ts';

const FOLDER = new URL('../../../../test/golden/', import.meta.url);

/** A JSON file of `test/golden`; its README says what each one holds. */
export function goldenJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as T;
}

/** The float32 arrays of a safetensors file of `test/golden`. */
export function goldenArrays(name: string): NamedArrays {
  const file = readFileSync(new URL(name, FOLDER));
  const headerLength = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  const arrays = new Map<string, NamedArray>();
  for (const [key, { shape, data_offsets: offsets }] of Object.entries(header)) {
    if (key === '__metadata__') continue;
    const [start, end] = offsets.map((offset) => offset + 8 + headerLength) as [number, number];
    arrays.set(key, { shape, data: new Float32Array(new Uint8Array(file.subarray(start, end)).buffer) });
  }
  return arrays;
}

/** Sequences as `make_golden.py` writes them: rows of equal length, padded on the right. */
export interface GoldenBatch {
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly loss_mask: readonly (readonly number[])[];
}

/** The tiny models, one of each family; between them they use every option that we compute. */
export const GOLDEN_MODELS = ['codegen-tiny', 'llama-tiny', 'qwen2-tiny', 'smollm2-tiny', 'deepseek-tiny'] as const;

/** One of the tiny models: config and weights. */
export function goldenModel(name: (typeof GOLDEN_MODELS)[number] = 'codegen-tiny'): {
  config: ModelConfig;
  weights: NamedArrays;
} {
  return {
    config: parseModelConfig(goldenJson(`${name}/config.json`)),
    weights: goldenArrays(`${name}/model.safetensors`),
  };
}

/** What `make_golden.py` writes about a tiny model. */
export interface Golden extends GoldenBatch {
  /** [B, T, V] */
  readonly logits: readonly (readonly (readonly number[])[])[];
  /** The last sequence with its padding on the left. */
  readonly left_padded: Pick<GoldenBatch, 'input_ids' | 'attention_mask'> & Pick<Golden, 'logits'>;
  readonly loss: number;
  readonly greedy: readonly { readonly prompt: readonly number[]; readonly continuation: readonly number[] }[];
  readonly scored: { readonly text: string; readonly ids: readonly number[]; readonly logprobs: readonly number[] };
}

/** A golden batch without its padding, as `FineTuner` takes it. */
export function unpadded(batch: GoldenBatch): { sequences: Int32Array[]; lossMasks: Uint8Array[] } {
  const lengths = batch.attention_mask.map((row) => row.reduce((sum, bit) => sum + bit, 0));
  return {
    sequences: batch.input_ids.map((row, i) => Int32Array.from(row.slice(0, lengths[i]))),
    lossMasks: batch.loss_mask.map((row, i) => Uint8Array.from(row.slice(0, lengths[i]))),
  };
}
