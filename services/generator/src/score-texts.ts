import { digestFromProto, FieldPath } from '@leti/convert';
import type { ScoreTextsRequest, ScoreTextsResponse } from '@leti/proto';
import type { Engine } from './engine.ts';

const MAX_TEXTS = 256;

/** Of one text, in UTF-16 code units: far beyond what any model reads, and encoded before it is cut. */
const MAX_TEXT_LENGTH = 1 << 18;

/** ScoreTexts. @throws {InvalidArgumentError} and what {@link Engine.score} throws */
export async function scoreTexts(
  request: ScoreTextsRequest,
  engine: Engine,
  signal: AbortSignal,
): Promise<ScoreTextsResponse> {
  const { texts } = request;
  const expectedDigest = FieldPath.validated((at) => {
    at.field('texts').expect(
      texts.length >= 1 && texts.length <= MAX_TEXTS,
      `must hold 1 to ${MAX_TEXTS} texts`,
      texts.length,
    );
    texts.forEach((text, i) =>
      at
        .field('texts')
        .index(i)
        .expect(text.length <= MAX_TEXT_LENGTH, `must have at most ${MAX_TEXT_LENGTH} characters`, text.length),
    );
    return digestFromProto(request.expectedWeightsDigest, at.field('expected_weights_digest'));
  });
  const { digest, scores } = await engine.score(texts, expectedDigest, signal);
  return {
    scores: scores.map(({ tokenIds, logprobs }) => ({ tokenIds: [...tokenIds], logprobs: [...logprobs] })),
    weightsDigest: digest,
  };
}
