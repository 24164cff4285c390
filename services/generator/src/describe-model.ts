import type { EngineKind } from '@leti/leti';
import { countParameters, type ModelConfig } from '@leti/nn/model';

/** What is known of a loaded checkpoint, in the terms of the `Model` message. */
export interface ModelDescription {
  /** As the caller named it: a folder or `micro-base`. */
  readonly path: string;
  /** `sha256:` + 64 hex digits. */
  readonly digest: string;
  readonly architecture: string;
  readonly parameterCount: number;
  readonly numLayers: number;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly vocabSize: number;
  readonly maxSequenceTokens: number;
  readonly engine: EngineKind;
}

/** What is known of a model without its weights. @param path what the caller calls it */
export function describeModel(path: string, digest: string, config: ModelConfig, engine: EngineKind): ModelDescription {
  return {
    path,
    digest,
    architecture: config.modelType,
    parameterCount: countParameters(config),
    numLayers: config.numLayers,
    embedDim: config.embedDim,
    numHeads: config.numHeads,
    vocabSize: config.vocabSize,
    maxSequenceTokens: config.maxPositions,
    engine,
  };
}
