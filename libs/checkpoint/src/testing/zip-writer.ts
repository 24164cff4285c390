/** One file of an archive. */
export interface ZipMember {
  readonly name: string;
  readonly data: Uint8Array;
  /** What its headers claim; by default what is true. */
  readonly method?: number;
  readonly flags?: number;
  readonly byteLength?: number;
}

/** A zip archive of stored members, as PyTorch writes them but for the checksums, which nobody reads. */
export function zipOf(members: readonly ZipMember[], { wide = false } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const { name, data, method = 0, flags = 0, byteLength = data.byteLength } of members) {
    const nameBytes = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(nameBytes.length, 26);
    const extra = Buffer.alloc(wide ? 28 : 0);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(wide ? 0xffffffff : byteLength, 20);
    entry.writeUInt32LE(wide ? 0xffffffff : byteLength, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt32LE(wide ? 0xffffffff : position, 42);
    if (wide) {
      extra.writeUInt16LE(1);
      extra.writeUInt16LE(24, 2);
      for (const [i, value] of [byteLength, byteLength, position].entries())
        extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
    }
    directory.push(entry, nameBytes, extra);
    parts.push(local, nameBytes, Buffer.from(data));
    position += 30 + nameBytes.length + data.byteLength;
  }
  const bytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(wide ? 0xffff : members.length, 10);
  end.writeUInt32LE(wide ? 0xffffffff : bytes.length, 12);
  end.writeUInt32LE(wide ? 0xffffffff : position, 16);
  return Buffer.concat([...parts, bytes, ...(wide ? [record64(position, bytes.length, members.length)] : []), end]);
}

/** The directory's record and its locator, for archives beyond 4 GiB. */
function record64(position: number, byteLength: number, count: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(byteLength), 40);
  record.writeBigUInt64LE(BigInt(position), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50);
  locator.writeBigUInt64LE(BigInt(position + byteLength), 8);
  return Buffer.concat([record, locator]);
}
