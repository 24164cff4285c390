import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A point of a curve, as TensorBoard reads it. */
export interface ScalarEvent {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
}

/** The scalars of every event file of a folder: records of length, checksum, an `Event` message and its checksum. */
export function readScalars(folder: string): ScalarEvent[] {
  const files = readdirSync(folder).filter((name) => name.includes('tfevents'));
  return files.flatMap((name) => {
    const bytes = readFileSync(join(folder, name));
    const events: ScalarEvent[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = Number(bytes.readBigUInt64LE(at));
      events.push(...scalarsOf(bytes.subarray(at + 12, at + 12 + length)));
      at += 12 + length + 4;
    }
    return events;
  });
}

/** An `Event`: step in field 2, summary in 5; a summary's values in 1; a value's tag in 1, its number in 2. */
function scalarsOf(event: Buffer): ScalarEvent[] {
  const fields = fieldsOf(event);
  const step = Number(fields.find(({ number }) => number === 2)?.value ?? 0);
  const summaries = fields.filter(({ number }) => number === 5);
  return summaries
    .flatMap(({ value }) => fieldsOf(value as Buffer))
    .map((entry) => {
      const parts = fieldsOf(entry.value as Buffer);
      const tag = (parts.find(({ number }) => number === 1)!.value as Buffer).toString('utf8');
      return { tag, step, value: (parts.find(({ number }) => number === 2)!.value as Buffer).readFloatLE(0) };
    });
}

/** The fields of a protobuf message: varints as bigint, all others as bytes. */
function fieldsOf(message: Buffer): { readonly number: number; readonly value: Buffer | bigint }[] {
  const fields: { number: number; value: Buffer | bigint }[] = [];
  let at = 0;
  const varint = (): bigint => {
    let [result, shift] = [0n, 0n];
    for (;;) {
      const byte = message[at++]!;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
      shift += 7n;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const [number, kind] = [key >> 3, key & 7];
    if (kind === 0) {
      fields.push({ number, value: varint() });
      continue;
    }
    const length = kind === 2 ? Number(varint()) : kind === 1 ? 8 : 4;
    fields.push({ number, value: message.subarray(at, at + length) });
    at += length;
  }
  return fields;
}
