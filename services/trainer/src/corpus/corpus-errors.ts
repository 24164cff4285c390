/** There is no corpus at the path. */
export class CorpusNotFoundError extends Error {
  override readonly name = 'CorpusNotFoundError';
  readonly path: string;
  constructor(path: string, options?: ErrorOptions) {
    super(`corpus: want micro-corpus, or a file or folder of .jsonl, .jsonl.gz, .txt or .py, got no ${path}`, options);
    this.path = path;
  }
}

/** What is there is no corpus. */
export class InvalidCorpusError extends Error {
  override readonly name = 'InvalidCorpusError';
  readonly path: string;
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** The corpus is not the one that the run was made with. */
export class CorpusChangedError extends Error {
  override readonly name = 'CorpusChangedError';
  readonly path: string;
  constructor(path: string, expected: string, actual: string) {
    super(`${path}: want the corpus that the run was made with, ${expected}, got ${actual}`);
    this.path = path;
  }
}
