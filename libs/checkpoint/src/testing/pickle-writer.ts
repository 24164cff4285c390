/** Parts of a pickle: opcodes as ASCII text, or bytes. */
export type PicklePart = string | Uint8Array;

/** The parts one after the other. */
export function pickled(...parts: readonly PicklePart[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}

/** A whole pickle: PROTO 2 before, STOP after. */
export const program = (...parts: readonly PicklePart[]): Uint8Array => pickled('\x80\x02', ...parts, '.');

/** BINUNICODE: pushes a text. */
export function text(value: string): Uint8Array {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return pickled('X', length, bytes);
}

/** BININT: pushes a number. */
export function int(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return pickled('J', bytes);
}

/** GLOBAL: pushes what a module calls by a name. */
export const global = (module: string, name: string): Uint8Array => pickled(`c${module}\n${name}\n`);

/** A tuple of these. */
export const tuple = (...items: readonly PicklePart[]): Uint8Array => pickled('(', ...items, 't');

/** What a state dict does for a tensor: a call of `_rebuild_tensor_v2` on a view of a float32 storage. */
export function tensor(
  key: string,
  {
    length,
    offset = 0,
    shape,
    strides,
    type = 'FloatStorage',
  }: {
    readonly length: number;
    readonly offset?: number;
    readonly shape: readonly number[];
    readonly strides: readonly number[];
    readonly type?: string;
  },
): Uint8Array {
  const storage = pickled(tuple(text('storage'), global('torch', type), text(key), text('cpu'), int(length)), 'Q');
  const hooks = pickled(global('collections', 'OrderedDict'), ')R');
  const args = tuple(storage, int(offset), tuple(...shape.map(int)), tuple(...strides.map(int)), '\x89', hooks);
  return pickled(global('torch._utils', '_rebuild_tensor_v2'), args, 'R');
}
