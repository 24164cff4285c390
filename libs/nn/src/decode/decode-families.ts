import type { ModelConfig } from '../model-config.ts';
import { codegenDecoding } from '../families/codegen/decoding.ts';
import type { DecodeFamily } from './decode-block.ts';
import { llamaDecoding } from '../families/llama/decoding.ts';

const FAMILIES: Readonly<Record<ModelConfig['architecture'], DecodeFamily>> = {
  codegen: codegenDecoding,
  llama: llamaDecoding,
};

/** How models of this configuration are decoded. */
export function decodeFamilyOf(config: ModelConfig): DecodeFamily {
  return FAMILIES[config.architecture];
}
