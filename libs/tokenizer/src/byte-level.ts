/**
 * GPT-2's way to write bytes as visible characters: 188 of the 256 bytes stand for themselves (as Latin-1), the others,
 * white space and control characters, for U+0100 onwards in their order.
 *
 * @see Radford et al. 2019, "Language models are unsupervised multitask learners", `bytes_to_unicode` of its code
 */
const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = new Map(
  (() => {
    const standsForItself = (byte: number): boolean =>
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    let moved = 0;
    return Array.from({ length: 256 }, (_, byte): [string, number] => [
      String.fromCharCode(standsForItself(byte) ? byte : 0x100 + moved++),
      byte,
    ]);
  })(),
);

/**
 * The bytes that a token of a byte-level vocabulary stands for.
 * @returns undefined when a character stands for no byte: added tokens are plain text, e.g. CodeGen's runs of spaces
 */
export function bytesOfByteLevelToken(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length); // every character of the table is one UTF-16 unit
  for (let i = 0; i < token.length; i++) {
    const byte = BYTE_OF_CHARACTER.get(token[i]!);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}
