import { UnsupportedModelError } from '../../model-config.ts';
import type { RotaryConfig, RotaryScaling } from '../../rotary-config.ts';
import { flag, positiveInteger, positiveNumber, requireValues, type ConfigFields } from '../config-fields.ts';

/**
 * Rotary embedding from `rope_parameters`, as transformers 5 writes it, or `rope_theta` and `rope_scaling`, as older
 * files have it.
 * @throws {UnsupportedModelError} for a kind of scaling that we do not compute, or a parameter out of range
 */
export function parseRotary(fields: ConfigFields, headDim: number, maxPositions: number): RotaryConfig {
  const place = fields['rope_scaling'] == null ? 'rope_parameters' : 'rope_scaling';
  const parameters = fields[place] ?? {};
  if (typeof parameters !== 'object' || Array.isArray(parameters)) {
    throw new UnsupportedModelError(place, 'an object', parameters);
  }
  const inner = parameters as ConfigFields;
  const theta =
    inner['rope_theta'] == null
      ? positiveNumber(fields, 'rope_theta', 10000)
      : positiveNumber({ [`${place}.rope_theta`]: inner['rope_theta'] }, `${place}.rope_theta`);
  const scaling = parseScaling(place, inner, maxPositions);
  return { dims: headDim, theta, ...(scaling === undefined ? {} : { scaling }) };
}

/** Fields that transformers of version 4 as of version 5 reads. */
export function rotaryToJson({ theta, scaling }: RotaryConfig): Record<string, unknown> {
  return { rope_theta: theta, rope_scaling: scaling === undefined ? null : scalingToJson(scaling) };
}

/** @param place of the object in the file, for what an error says */
function parseScaling(place: string, inner: ConfigFields, maxPositions: number): RotaryScaling | undefined {
  const fields = Object.fromEntries(Object.entries(inner).map(([name, value]) => [`${place}.${name}`, value]));
  const number = (name: string, fallback?: number): number => positiveNumber(fields, `${place}.${name}`, fallback);
  requireValues(fields, [[`${place}.partial_rotary_factor`, 1]]);
  const type = inner['rope_type'] ?? inner['type'] ?? 'default';
  const originalMaxPositions = positiveInteger(fields, `${place}.original_max_position_embeddings`, maxPositions);
  switch (type) {
    case 'default':
      return undefined;
    case 'linear':
      return { type: 'linear', factor: number('factor') };
    case 'dynamic':
      return { type: 'dynamic', factor: number('factor') };
    case 'llama3': {
      const [low, high] = [number('low_freq_factor'), number('high_freq_factor')];
      if (high <= low) throw new UnsupportedModelError(`${place}.high_freq_factor`, `above ${low}`, high);
      const factor = number('factor');
      return { type: 'llama3', factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions };
    }
    case 'yarn': {
      const factor = number('factor', maxPositions / originalMaxPositions);
      return {
        type: 'yarn',
        factor,
        originalMaxPositions,
        betaFast: number('beta_fast', 32),
        betaSlow: number('beta_slow', 1),
        attentionFactor: number('attention_factor', yarnAttentionFactor(inner, factor)),
        truncate: flag(fields, `${place}.truncate`, true),
      };
    }
    default:
      throw new UnsupportedModelError(`${place}.rope_type`, 'default, linear, dynamic, llama3 or yarn', type);
  }
}

/** How much scores grow with the stretch: 0.1 ln(factor) + 1, as in arXiv:2309.00071, or DeepSeek's form of it. */
function yarnAttentionFactor({ mscale, mscale_all_dim: mscaleAllDim }: ConfigFields, factor: number): number {
  const growth = (scale: number): number => (factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1);
  const given = typeof mscale === 'number' && typeof mscaleAllDim === 'number' && mscale * mscaleAllDim !== 0;
  return given ? growth(mscale) / growth(mscaleAllDim) : growth(1);
}

function scalingToJson(scaling: RotaryScaling): Record<string, unknown> {
  const { type, factor } = scaling;
  // `type` is what transformers called it before version 4.43.
  const named = { rope_type: type, type, factor };
  switch (type) {
    case 'linear':
    case 'dynamic':
      return named;
    case 'llama3':
      return {
        ...named,
        low_freq_factor: scaling.lowFrequencyFactor,
        high_freq_factor: scaling.highFrequencyFactor,
        original_max_position_embeddings: scaling.originalMaxPositions,
      };
    case 'yarn':
      return {
        ...named,
        attention_factor: scaling.attentionFactor,
        beta_fast: scaling.betaFast,
        beta_slow: scaling.betaSlow,
        original_max_position_embeddings: scaling.originalMaxPositions,
        truncate: scaling.truncate,
      };
  }
}
