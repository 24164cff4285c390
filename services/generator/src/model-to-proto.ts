import type { Model } from '@leti/proto';
import type { LoadedModel } from './model-messages.ts';

/** The `Model` message. */
export function modelToProto({ path, digest, parameterCount, ...shape }: LoadedModel): Model {
  return { checkpoint: { path, digest }, parameterCount: BigInt(parameterCount), ...shape };
}
