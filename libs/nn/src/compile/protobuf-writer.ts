/**
 * Writes the few protobuf wire forms that a GraphDef needs. Messages are byte arrays; a message field is written by
 * passing the bytes of the inner message. Integers must fit in 53 bits; negative ones are written as 64-bit two's
 * complement, as protobuf's int64 asks.
 */
export class ProtobufWriter {
  private readonly chunks: Uint8Array[] = [];

  /** An integer field: int32, int64 or an enum. */
  varint(field: number, value: number): this {
    this.chunks.push(encodeVarint(field << 3), encodeVarint(value));
    return this;
  }

  /** A bool field. */
  bool(field: number, value: boolean): this {
    return this.varint(field, value ? 1 : 0);
  }

  /** A float field; the value is rounded to float32. */
  float(field: number, value: number): this {
    this.chunks.push(encodeVarint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  /** A field of bytes, or of a message by its bytes. The array is kept, not copied. */
  bytes(field: number, value: Uint8Array): this {
    this.chunks.push(encodeVarint((field << 3) | 2), encodeVarint(value.byteLength), value);
    return this;
  }

  /** A string field. */
  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  /** The message's bytes. */
  finish(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

function encodeVarint(value: number): Uint8Array {
  if (value >= 0 && value < 128) return Uint8Array.of(value);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
