import type { CheckpointReference } from '@leti/leti';
import type { Checkpoint as ProtoCheckpoint } from '@leti/proto';
import type { FieldPath } from './field-path.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Reads a checkpoint reference, which must be set; reports an empty path and an ill-formed digest. */
export function checkpointFromProto(checkpoint: ProtoCheckpoint | undefined, at: FieldPath): CheckpointReference {
  if (!at.present(checkpoint)) return { path: '', digest: undefined };
  at.field('path').expect(checkpoint.path !== '', 'must name a model folder or `micro-base`', checkpoint.path);
  return { path: checkpoint.path, digest: digestFromProto(checkpoint.digest, at.field('digest')) };
}

export function checkpointToProto(checkpoint: CheckpointReference): ProtoCheckpoint {
  return { path: checkpoint.path, digest: checkpoint.digest ?? '' };
}

/** Reads a digest; empty is undefined, and anything else but `sha256:` + 64 hex digits is reported. */
export function digestFromProto(digest: string, at: FieldPath): string | undefined {
  if (digest === '') return undefined;
  at.expect(DIGEST.test(digest), 'must be `sha256:` and 64 hex digits, or empty', digest);
  return digest;
}
