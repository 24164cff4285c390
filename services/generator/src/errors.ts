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

/** Weights of the loaded checkpoint, needed once more, are no longer in its folder, or others are. */
export class LoadedCheckpointGoneError extends Error {
  override readonly name = 'LoadedCheckpointGoneError';
  /** The file that was to be read. */
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(
      `scoring reads the loaded checkpoint's weights from its folder, which must be as it was: ${problem}`,
      options,
    );
    this.path = path;
  }
}

/** A prompt does not fit the model: it is empty, or leaves too little room for the new tokens. */
export class PromptLengthError extends Error {
  override readonly name = 'PromptLengthError';
  readonly promptTokens: number;

  /** @param promptTokens with all that goes before the prompt @param maxSequenceTokens the model's */
  constructor(promptTokens: number, maxNewTokens: number, maxSequenceTokens: number) {
    const room = maxSequenceTokens - maxNewTokens;
    const bounds = room >= 1 ? `1 to ${room}` : 'fewer than none';
    super(
      `must be ${bounds} tokens (the model's ${maxSequenceTokens} less max_new_tokens ${maxNewTokens}), got ${promptTokens}`,
    );
    this.promptTokens = promptTokens;
  }
}

/** @throws {PromptLengthError} unless 1 <= promptTokens <= maxSequenceTokens − maxNewTokens */
export function requireRoom(promptTokens: number, maxNewTokens: number, maxSequenceTokens: number): void {
  if (promptTokens >= 1 && promptTokens <= maxSequenceTokens - maxNewTokens) return;
  throw new PromptLengthError(promptTokens, maxNewTokens, maxSequenceTokens);
}
