import type { EvaluateProgramsRequest, EvaluateProgramsResponse } from '@leti/proto';
import { VerdictStream, type StreamParts } from './verdict-stream.ts';

/**
 * Judges programs as they come and tells of each when it is done. Reads a further one only when fewer than twice the
 * slots are without a verdict that the caller has taken, and when the evaluator has room: so the caller is held back by
 * what the sandboxes can do, and one who does not read verdicts holds up nobody but itself.
 * @throws {TooManyStreamsError}
 */
export async function* evaluateStream(
  requests: AsyncIterable<EvaluateProgramsRequest>,
  parts: StreamParts,
): AsyncGenerator<EvaluateProgramsResponse> {
  const closeStream = parts.admission.openStream(parts.client);
  const stream = new VerdictStream(parts);
  try {
    void stream.read(requests);
    yield* stream.verdicts();
  } finally {
    stream.end();
    closeStream();
  }
}
