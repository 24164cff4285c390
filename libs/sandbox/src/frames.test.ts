import { expect, test } from 'vitest';
import { encodeFrame, readFrames } from './frames.ts';

async function read(chunks: readonly Buffer[]): Promise<unknown[]> {
  async function* source(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const found: unknown[] = [];
  for await (const frame of readFrames(source())) found.push(frame);
  return found;
}

const messages = [{ id: 1, text: 'é \u{1f600}' }, [], { long: 'x'.repeat(100_000) }, 'last'];
const bytes = Buffer.concat(messages.map(encodeFrame));

test('gives back every message of one chunk', async () => {
  expect(await read([bytes])).toEqual(messages);
});

test('gives back messages cut at every place', async () => {
  const cut = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, i) => bytes.subarray(3 * i, 3 * i + 3));
  expect(await read(cut)).toEqual(messages);
});

test('drops a message that is cut short', async () => {
  expect(await read([bytes.subarray(0, bytes.length - 1)])).toEqual(messages.slice(0, -1));
});

test('refuses a frame longer than any supervisor sends, before it is there', async () => {
  await expect(read([Buffer.from([0xff, 0xff, 0xff, 0xff])])).rejects.toThrow('a frame of 4294967295 bytes');
});
