/** Names a checkpoint by where it lies and, if the caller insists, by what it holds. */
export interface CheckpointReference {
  /** A folder, or `micro-base` or `unfamiliar-base` for a base model that ships with LETI. */
  readonly path: string;
  /** `sha256:` + 64 hex digits; undefined takes the folder's content as it is. */
  readonly digest: string | undefined;
}
