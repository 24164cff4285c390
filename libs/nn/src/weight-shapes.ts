import { codegenParameters } from './codegen/parameters.ts';
import type { ModelConfig } from './model-config.ts';

/** Shape of every weight that a model of this configuration has, by Hugging Face name and in its layout. */
export function weightShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  return new Map(codegenParameters(config).map(({ name, fileShape }) => [name, fileShape]));
}
