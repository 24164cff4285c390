/** Longest frame that is read, bytes; a supervisor never sends as much. */
const MAX_FRAME_BYTES = 64 * 2 ** 20;
const HEADER_BYTES = 4;

/** A message for a supervisor: four bytes of length, little-endian, then JSON in UTF-8. */
export function encodeFrame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.writeUInt32LE(body.length, 0);
  body.copy(frame, HEADER_BYTES);
  return frame;
}

/** Cuts a byte stream into messages. @throws {Error} when a frame is longer than a supervisor sends */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  let parts: Buffer[] = [];
  let size = 0;
  let wanted = HEADER_BYTES;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    let data = parts.length === 1 ? chunk : Buffer.concat(parts);
    while (data.length >= (wanted = frameBytes(data))) {
      yield JSON.parse(data.toString('utf8', HEADER_BYTES, wanted));
      data = data.subarray(wanted);
    }
    parts = [data];
    size = data.length;
  }
}

function frameBytes(data: Buffer): number {
  if (data.length < HEADER_BYTES) return HEADER_BYTES;
  const body = data.readUInt32LE(0);
  if (body > MAX_FRAME_BYTES)
    throw new Error(`a supervisor announced a frame of ${body} bytes, at most ${MAX_FRAME_BYTES}`);
  return HEADER_BYTES + body;
}
