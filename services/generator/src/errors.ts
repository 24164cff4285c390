/** No checkpoint is loaded, so there is nothing to sample from or describe. */
export class NoCheckpointLoadedError extends Error {
  override readonly name = 'NoCheckpointLoadedError';

  constructor() {
    super('no checkpoint is loaded; call LoadCheckpoint first');
  }
}

/** The caller insists on weights that are not, or no longer, loaded. */
export class OtherWeightsError extends Error {
  override readonly name = 'OtherWeightsError';
  readonly expected: string;
  readonly loaded: string;

  constructor(expected: string, loaded: string) {
    super(`expected_weights_digest must be the digest of the loaded checkpoint, ${loaded}, got ${expected}`);
    this.expected = expected;
    this.loaded = loaded;
  }
}

/** What the call asks for ends the model's process each time, also when nothing else runs in it. */
export class ModelCrashesError extends Error {
  override readonly name = 'ModelCrashesError';

  /** @param end how the last of the processes ended */
  constructor(end: string, options?: ErrorOptions) {
    super(
      `the model worker ended three times under this call, perhaps for want of memory; the last time: ${end}`,
      options,
    );
  }
}

/** LoadCheckpoint named a folder that is not there. */
export class CheckpointFolderNotFoundError extends Error {
  override readonly name = 'CheckpointFolderNotFoundError';
}

/** LoadCheckpoint named a folder whose content has another digest. */
export class CheckpointDigestError extends Error {
  override readonly name = 'CheckpointDigestError';
}

/** LoadCheckpoint named a folder that is not a model that can be run. */
export class UnusableCheckpointError extends Error {
  override readonly name = 'UnusableCheckpointError';
}

/** The loaded weights give no numbers; whatever was drawn from them would be noise. */
export class BrokenWeightsError extends Error {
  override readonly name = 'BrokenWeightsError';
}
