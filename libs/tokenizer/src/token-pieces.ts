import { bytesOfByteLevelToken } from './byte-level.ts';
import { cleanUpSpaces } from './clean-up-spaces.ts';

/** What one token adds to a decoded text. */
export interface TokenPiece {
  /** UTF-8, possibly of a part of a character. */
  readonly bytes: Uint8Array;
  /** Instead of `bytes` when the token is the first of a text; undefined where that makes no difference. */
  readonly whenFirst?: Uint8Array;
  /** A byte token as `<0xE2>`: a run of such tokens is one UTF-8 text or none at all. */
  readonly isByte?: true;
}

/** A tokenizer's decoder, in the form that decodes token by token. */
export interface PieceDecoder {
  readonly pieceOf: (token: string) => TokenPiece;
  /** At most `count` characters `content` are left out at the start of a text: the ones that encoding puts there. */
  readonly leftOutAtStart?: { readonly content: string; readonly count: number };
}

/** The field `decoder` of a tokenizer.json, or a part of it. */
export interface DecoderJson {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The field of a tokenizer.json that cannot be honoured, and why. */
export class UnsupportedFieldError extends Error {
  override readonly name = 'UnsupportedFieldError';
}

interface Draft {
  readonly text: string;
  readonly bytes?: Uint8Array;
  readonly whenFirst?: string;
  readonly isByte?: true;
}

/**
 * Makes of a decoder, which is defined on whole lists of tokens, what each token contributes by itself.
 * @param decoder `decoder` of tokenizer.json; null joins tokens with spaces
 * @throws {UnsupportedFieldError} for a decoder, or an order of decoders, that this cannot be done for
 */
export function pieceDecoderFrom(decoder: DecoderJson | null): PieceDecoder {
  if (decoder === null) return { pieceOf: (token) => encoded({ text: ` ${token}`, whenFirst: token }) };
  const steps = decoder.type === 'Sequence' ? (decoder['decoders'] as readonly DecoderJson[]) : [decoder];
  const fuse = steps.findIndex(({ type }) => type === 'Fuse');
  const perToken = (fuse === -1 ? steps : steps.slice(0, fuse)).map(stepOf);
  const ends = fuse === -1 ? [] : steps.slice(fuse + 1);
  const pieceOf = (token: string): TokenPiece =>
    encoded(perToken.reduce<Draft>((draft, step) => step(draft), { text: token }));
  if (ends.length === 0) return { pieceOf };
  const [strip] = ends;
  if (ends.length > 1 || strip?.type !== 'Strip' || (strip['stop'] ?? 0) !== 0) {
    const got = ends.map(({ type, stop }) => (stop === undefined ? type : `${type} with stop ${JSON.stringify(stop)}`));
    throw new UnsupportedFieldError(`decoder: want nothing or Strip at the start after Fuse, got ${got.join(', ')}`);
  }
  const leftOutAtStart = { content: strip['content'] as string, count: strip['start'] as number };
  return { pieceOf, leftOutAtStart };
}

function stepOf(decoder: DecoderJson): (draft: Draft) => Draft {
  switch (decoder.type) {
    case 'ByteLevel':
      return (draft) => ({ ...draft, bytes: bytesOfByteLevelToken(draft.text) ?? utf8(draft.text) });
    case 'ByteFallback':
      return (draft) => byteToken(draft.text) ?? draft;
    case 'Replace':
      return replaceStep(decoder);
    case 'Metaspace': {
      const replacement = (decoder['replacement'] as string | undefined) ?? '▁';
      const dropsFirst = (decoder['prepend_scheme'] ?? 'always') !== 'never' && decoder['add_prefix_space'] !== false;
      return ({ text }) => ({
        text: text.replaceAll(replacement, ' '),
        ...(dropsFirst && { whenFirst: text.replaceAll(replacement, '') }),
      });
    }
    case 'WordPiece': {
      const prefix = decoder['prefix'] as string;
      const tidy = decoder['cleanup'] === true ? cleanUpSpaces : (text: string): string => text;
      return ({ text }) => ({
        text: tidy(text.startsWith(prefix) ? text.replace(prefix, '') : ` ${text}`),
        whenFirst: tidy(text),
      });
    }
    default:
      throw new UnsupportedFieldError(
        `decoder: want ByteLevel, ByteFallback, Metaspace, Replace, WordPiece, Fuse and Strip, got ${decoder.type}`,
      );
  }
}

function replaceStep(decoder: DecoderJson): (draft: Draft) => Draft {
  const from = (decoder['pattern'] as { readonly String?: string } | undefined)?.String;
  if (from === undefined) {
    throw new UnsupportedFieldError(
      `decoder: want Replace with a String as pattern, got ${JSON.stringify(decoder['pattern'])}`,
    );
  }
  const to = decoder['content'] as string;
  return (draft) => ({ ...draft, text: draft.text.replaceAll(from, () => to) });
}

function byteToken(token: string): Draft | undefined {
  const hex = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return hex === undefined ? undefined : { text: token, bytes: Uint8Array.of(parseInt(hex, 16)), isByte: true };
}

function encoded({ text, bytes, whenFirst, isByte }: Draft): TokenPiece {
  return {
    bytes: bytes ?? utf8(text),
    ...(whenFirst !== undefined && { whenFirst: utf8(whenFirst) }),
    ...(isByte && { isByte }),
  };
}

const ENCODER = new TextEncoder();

function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}
