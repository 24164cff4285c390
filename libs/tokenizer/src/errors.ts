/** The folder holds no `tokenizer.json`; a checkpoint without one cannot be used, at most imported. */
export class TokenizerNotFoundError extends Error {
  override readonly name = 'TokenizerNotFoundError';
  /** The file that was looked for. */
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(
      `tokenizer: want a readable file at ${path}, got none; leti model import makes one of vocab.json and merges.txt`,
      options,
    );
    this.path = path;
  }
}

/** `tokenizer.json` or `tokenizer_config.json` is there but cannot be understood. */
export class InvalidTokenizerError extends Error {
  override readonly name = 'InvalidTokenizerError';
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** The tokenizer lacks one of the five tokens that LETI needs. */
export class MissingSpecialTokenError extends Error {
  override readonly name = 'MissingSpecialTokenError';
  readonly path: string;
  /** The missing token's text, e.g. `<|good|>`. */
  readonly token: string;

  /** @param kind whether it is one that an import adds, or the one that ends a text */
  constructor(path: string, token: string, kind: 'added' | 'eos') {
    const place = 'among added_tokens or in the vocabulary';
    super(`${path}: want the special token ${token} ${place}, got none; ${HINTS[kind]}`);
    this.path = path;
    this.token = token;
  }
}

const HINTS = {
  added: "leti model import adds LETI's tokens",
  eos: "eos_token of tokenizer_config.json, or eos_token_id of config.json, must be the model's token that ends a text",
} as const;
