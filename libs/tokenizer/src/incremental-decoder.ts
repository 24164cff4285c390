import type { PieceDecoder, TokenPiece } from './token-pieces.ts';

/** What decoding needs to know of a vocabulary. */
export interface Pieces extends Pick<PieceDecoder, 'leftOutAtStart'> {
  /** By id; undefined for an id that stands for no text: a special token, or one that names no token. */
  readonly byId: readonly (TokenPiece | undefined)[];
}

const REPLACEMENT_CHARACTER = Uint8Array.of(0xef, 0xbf, 0xbd);

/**
 * Decodes a text while its ids arrive. What comes out is never half a character: bytes wait for the rest of theirs.
 * All that `push` gives, and `flush` at the end, is together the text that decoding all ids at once gives.
 */
export class IncrementalDecoder {
  readonly #pieces: Pieces;
  // The byte order mark is text like any other.
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  /** Values of the byte tokens since the last other token. */
  #run: number[] = [];
  #atStart: boolean;
  #toLeaveOut: number;

  /** @param continues whether the ids go on from others, so that no rule for the start of a text applies */
  constructor(pieces: Pieces, continues: boolean) {
    this.#pieces = pieces;
    this.#atStart = !continues;
    this.#toLeaveOut = continues ? 0 : (pieces.leftOutAtStart?.count ?? 0);
  }

  /** Takes the next ids; returns the characters that are complete with them. */
  push(ids: readonly number[]): string {
    const parts: Uint8Array[] = [];
    for (const id of ids) {
      const piece = this.#pieces.byId[id];
      if (piece === undefined) continue;
      if (piece.isByte === true) this.#run.push(piece.bytes[0]!);
      else {
        this.#endRun(parts);
        parts.push((this.#atStart ? piece.whenFirst : undefined) ?? piece.bytes);
      }
      this.#atStart = false;
    }
    return this.#withoutStart(this.#utf8.decode(joined(parts), { stream: true }));
  }

  /** Ends the text: what is incomplete comes out as U+FFFD. The decoder is of no use afterwards. */
  flush(): string {
    const parts: Uint8Array[] = [];
    this.#endRun(parts);
    return this.#withoutStart(this.#utf8.decode(joined(parts)));
  }

  /** A run of byte tokens is UTF-8 as a whole, or every byte of it is shown as U+FFFD. */
  #endRun(parts: Uint8Array[]): void {
    if (this.#run.length === 0) return;
    const bytes = Uint8Array.from(this.#run);
    if (isUtf8(bytes)) parts.push(bytes);
    else parts.push(...this.#run.map(() => REPLACEMENT_CHARACTER));
    this.#run = [];
  }

  #withoutStart(text: string): string {
    if (this.#toLeaveOut === 0 || text === '') return text;
    const { content } = this.#pieces.leftOutAtStart!;
    let start = 0;
    while (this.#toLeaveOut > 0 && text.startsWith(content, start)) {
      start += content.length;
      this.#toLeaveOut--;
    }
    if (start < text.length) this.#toLeaveOut = 0;
    return text.slice(start);
  }
}

const STRICT = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    STRICT.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
