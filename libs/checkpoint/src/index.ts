/** @module Checkpoints as Hugging Face folders: read, checked, written atomically, named by digest. TensorFlow is not loaded. */
export { readCheckpoint, type Checkpoint, type ReadCheckpointOptions } from './read-checkpoint.ts';
export { writeCheckpoint, type CheckpointToWrite } from './write-checkpoint.ts';
export { readEndIds } from './generation-config.ts';
export { readModelConfig } from './read-model-config.ts';
export { checkpointDigest } from './checkpoint-digest.ts';
export type { WeightType } from './weight-type.ts';
export {
  CheckpointExistsError,
  CheckpointNotFoundError,
  CheckpointStoreFullError,
  DigestMismatchError,
  InvalidCheckpointError,
} from './errors.ts';
export {
  importCheckpoint,
  type ImportedCheckpoint,
  type ImportOptions,
  type ImportRecord,
} from './import/import-checkpoint.ts';
export { inspectCheckpoint, type CheckpointReport } from './inspect-checkpoint.ts';
export { downloadModel, findModel, type DownloadProgress } from './hub/download-model.ts';
export { HubError, type HubFailure } from './hub/hub-error.ts';
export { isHubId, type HubListing } from './hub/hub-listing.ts';
export type { HubOptions } from './hub/hub-request.ts';
