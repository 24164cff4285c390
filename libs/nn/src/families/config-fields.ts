import { UnsupportedModelError, type ModelConfig } from '../model-config.ts';

/** A parsed `config.json`. */
export type ConfigFields = Readonly<Record<string, unknown>>;

/** @throws {UnsupportedModelError} unless the field is a whole number above 0 */
export function positiveInteger(fields: ConfigFields, field: string, fallback?: number): number {
  const value = fields[field] ?? fallback;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new UnsupportedModelError(field, 'a positive integer', value);
}

/** @throws {UnsupportedModelError} unless the field is a finite number above 0 */
export function positiveNumber(fields: ConfigFields, field: string, fallback?: number): number {
  const value = fields[field] ?? fallback;
  if (typeof value === 'number' && value > 0 && value < Infinity) return value;
  throw new UnsupportedModelError(field, 'a positive number', value);
}

/** @throws {UnsupportedModelError} unless the field is true or false */
export function flag(fields: ConfigFields, field: string, fallback: boolean): boolean {
  const value = fields[field] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw new UnsupportedModelError(field, 'true or false', value);
}

/**
 * Refuses other values than the one that we compute. A field that is left out has this value, as in transformers.
 * @throws {UnsupportedModelError} naming the first field with another
 */
export function requireValues(
  fields: ConfigFields,
  required: readonly (readonly [field: string, value: unknown])[],
): void {
  for (const [field, value] of required) {
    if (fields[field] !== undefined && fields[field] !== value) {
      throw new UnsupportedModelError(field, JSON.stringify(value), fields[field]);
    }
  }
}

/**
 * The ids of special tokens. A list of end-of-text ids, as chat models have, gives `eosTokenIds` too.
 * @param defaults what the family's configuration class in transformers has where the file says nothing
 * @throws {UnsupportedModelError} for an id outside the vocabulary, or when nothing ends a text
 */
export function tokenIds(
  fields: ConfigFields,
  vocabSize: number,
  defaults: { readonly bos?: number; readonly eos?: number } = {},
): Pick<ModelConfig, 'bosTokenId' | 'eosTokenId' | 'eosTokenIds' | 'padTokenId'> {
  const idOf = (field: string, value: unknown): number => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < vocabSize) return value;
    throw new UnsupportedModelError(field, `a token id below vocab_size (${vocabSize})`, value);
  };
  const optional = (field: string, fallback?: number): number | undefined => {
    const value = fields[field] === undefined ? fallback : fields[field];
    return value === undefined || value === null ? undefined : idOf(field, value);
  };
  const bosTokenId = optional('bos_token_id', defaults.bos);
  const padTokenId = optional('pad_token_id');
  const eos = fields['eos_token_id'] === undefined ? defaults.eos : fields['eos_token_id'];
  const eosTokenIds = Array.isArray(eos) ? eos.map((id) => idOf('eos_token_id', id)) : undefined;
  const eosTokenId = eosTokenIds === undefined ? eos : eosTokenIds[0];
  if (eosTokenId === undefined || eosTokenId === null) {
    throw new UnsupportedModelError('eos_token_id', 'a token id', fields['eos_token_id']);
  }
  return {
    eosTokenId: idOf('eos_token_id', eosTokenId),
    ...(eosTokenIds === undefined ? {} : { eosTokenIds }),
    ...(bosTokenId === undefined ? {} : { bosTokenId }),
    ...(padTokenId === undefined ? {} : { padTokenId }),
  };
}

/** The fields that `tokenIds` reads. */
export function tokenIdFields({ bosTokenId, eosTokenId, eosTokenIds, padTokenId }: ModelConfig): ConfigFields {
  return {
    bos_token_id: bosTokenId ?? null,
    eos_token_id: eosTokenIds ?? eosTokenId,
    pad_token_id: padTokenId ?? null,
  };
}
