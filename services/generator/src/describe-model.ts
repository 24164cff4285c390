import type { EngineKind } from '@leti/leti';
import { sizeOf, weightShapes, type ModelConfig } from '@leti/nn/model';
import type { LoadedModel } from './model-messages.ts';

/** What is known of a model without its weights. @param path what the caller calls it */
export function describeModel(path: string, digest: string, config: ModelConfig, engine: EngineKind): LoadedModel {
  let parameterCount = 0;
  for (const shape of weightShapes(config).values()) parameterCount += sizeOf(shape);
  return {
    path,
    digest,
    architecture: config.modelType,
    parameterCount,
    numLayers: config.numLayers,
    embedDim: config.embedDim,
    numHeads: config.numHeads,
    vocabSize: config.vocabSize,
    maxSequenceTokens: config.maxPositions,
    engine,
  };
}
