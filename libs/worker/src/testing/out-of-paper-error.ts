/** An error with a field and a cause, to send across. */
export class OutOfPaperError extends Error {
  override readonly name = 'OutOfPaperError';
  readonly tray: number;

  constructor(tray: number) {
    super(`tray ${tray} is empty`, { cause: new Error('somebody printed a book') });
    this.tray = tray;
  }
}
