/** @module A checkpoint's identity, for programs that hold no model: importing it does not load TensorFlow. */
export { checkpointDigest } from './checkpoint-digest.ts';
export { CheckpointNotFoundError, DigestMismatchError } from './errors.ts';
