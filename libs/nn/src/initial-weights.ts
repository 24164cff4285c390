import { parametersOf } from './families/model-families.ts';
import type { Parameter } from './families/parameter.ts';
import type { ModelConfig } from './model-config.ts';
import { sizeOf, type NamedArray, type NamedArrays } from './named-array.ts';

const STANDARD_DEVIATION = 0.02;

/**
 * Fresh weights in GPT-2's manner: matrices normal with deviation 0.02, the two that write to the residual stream
 * smaller by √(2 · layers), norms the identity, biases zero. By Hugging Face names and in its layout.
 * @param seed any safe integer; the same config and seed give the same bits on every machine
 * @see Radford et al. 2019, section 2.3
 */
export function initialWeights(config: ModelConfig, seed: number): NamedArrays {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a safe integer, got ${seed}`);
  const weights = new Map<string, NamedArray>();
  const arrays = parametersOf(config).flatMap(({ files, initial }) => files.map((file) => ({ ...file, initial })));
  for (const [stream, { name, shape, initial }] of arrays.entries()) {
    const data = new Float32Array(sizeOf(shape));
    if (initial === 'one') data.fill(1);
    else if (initial !== 'zero') fillNormal(data, seed, stream, deviationOf(initial, config));
    weights.set(name, { shape, data });
  }
  return weights;
}

function deviationOf(initial: Parameter['initial'], { numLayers }: ModelConfig): number {
  return initial === 'output' ? STANDARD_DEVIATION / Math.sqrt(2 * numLayers) : STANDARD_DEVIATION;
}

/** Box–Muller over a counter-based generator: number i depends on (seed, stream, i) only. */
function fillNormal(data: Float32Array, seed: number, stream: number, deviation: number): void {
  const key = mix(mix(seed | 0, Math.floor(seed / 2 ** 32) | 0), stream);
  for (let i = 0; i < data.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(uniform(key, i)));
    const angle = 2 * Math.PI * uniform(key, i + 1);
    data[i] = radius * Math.cos(angle);
    if (i + 1 < data.length) data[i + 1] = radius * Math.sin(angle);
  }
}

/** In (0, 1). */
function uniform(key: number, counter: number): number {
  return ((mix(key, counter) >>> 0) + 0.5) / 2 ** 32;
}

/** Two rounds of the murmur3 finaliser over both words. */
function mix(a: number, b: number): number {
  return finalise(finalise(a ^ 0x9e3779b9) ^ Math.imul(b | 0, 0x85ebca6b) ^ (b >>> 16));
}

function finalise(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
