/** Reads the arguments of pickle's opcodes, little-endian. Every method throws at the end of the bytes. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** An unsigned number of so many bytes. */
  length(byteLength: 1 | 2 | 4 | 8): number {
    const at = this.#take(byteLength);
    if (byteLength === 8) return Number(this.#view.getBigUint64(at, true));
    if (byteLength === 4) return this.#view.getUint32(at, true);
    return byteLength === 2 ? this.#view.getUint16(at, true) : this.#view.getUint8(at);
  }

  /** A two's complement integer; a number where that is exact. At most 16 bytes: no file of weights has more. */
  integer(byteLength: number): number | bigint {
    if (byteLength > 16) throw new Error(`want an integer of at most 16 bytes, got ${byteLength}`);
    let value = 0n;
    for (const byte of this.bytes(byteLength).toReversed()) value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(8 * byteLength, value);
    return BigInt(Number(signed)) === signed ? Number(signed) : signed;
  }

  bytes(byteLength: number): Uint8Array {
    const start = this.#take(byteLength);
    return this.#bytes.subarray(start, start + byteLength);
  }

  text(byteLength: number): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(byteLength));
  }

  /** Text up to the next line feed, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end === -1) throw new Error('want a line, got the end of the file');
    const text = this.text(end - this.position);
    this.position++;
    return text;
  }

  #take(byteLength: number): number {
    const start = this.position;
    if (byteLength > this.#bytes.length - start) throw new Error(`want ${byteLength} more bytes, got the end`);
    this.position = start + byteLength;
    return start;
  }
}
