/** There is no checkpoint folder at the path, or it lacks a file that it needs. */
export class CheckpointNotFoundError extends Error {
  override readonly name = 'CheckpointNotFoundError';
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`checkpoint: want a folder with config.json and weights, got no ${path}`, options);
    this.path = path;
  }
}

/** A file of a checkpoint is damaged, or does not fit the model that config.json describes. */
export class InvalidCheckpointError extends Error {
  override readonly name = 'InvalidCheckpointError';
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** The checkpoint is sound but is not the one that was asked for. */
export class DigestMismatchError extends Error {
  override readonly name = 'DigestMismatchError';
  readonly path: string;
  readonly expected: string;
  readonly actual: string;

  constructor(path: string, expected: string, actual: string) {
    super(`${path}: want a checkpoint with digest ${expected}, got ${actual}`);
    this.path = path;
    this.expected = expected;
    this.actual = actual;
  }
}

/** Another checkpoint has been published under the name already. */
export class CheckpointExistsError extends Error {
  override readonly name = 'CheckpointExistsError';
  readonly path: string;

  /** @param existing its digest; undefined when what is there is no checkpoint */
  constructor(path: string, existing: string | undefined, offered: string) {
    const found = existing === undefined ? 'something else there' : `a folder there with digest ${existing}`;
    super(`${path}: want to publish a checkpoint with digest ${offered}, got ${found}`);
    this.path = path;
  }
}

/** The disk, or the user's share of it, is full; nothing was published. */
export class CheckpointStoreFullError extends Error {
  override readonly name = 'CheckpointStoreFullError';
  readonly path: string;

  /** @param options.room what is there, instead of nothing at all */
  constructor(path: string, options?: ErrorOptions & { readonly room?: string }) {
    const room = options?.room ?? 'a full disk';
    super(`${path}: want room to write the checkpoint, got ${room}; nothing was published`, options);
    this.path = path;
  }
}
