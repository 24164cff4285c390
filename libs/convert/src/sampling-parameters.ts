import type { SamplingParameters } from '@leti/leti';
import type { SamplingParameters as ProtoSamplingParameters } from '@leti/proto';
import type { FieldPath } from './field-path.ts';

const MAX_TEMPERATURE = 10;
const MAX_STOP_STRINGS = 16;

/** Reads sampling parameters, which must be set; reports every value outside its range, NaN included. */
export function samplingParametersFromProto(
  sampling: ProtoSamplingParameters | undefined,
  at: FieldPath,
): SamplingParameters {
  if (!at.present(sampling))
    return { temperature: 1, topP: 1, topK: 0, maxNewTokens: 1, stop: [], cleanUpSpaces: false };
  const { temperature, topP = 1, topK, maxNewTokens, stop, cleanUpSpaces } = sampling;
  at.field('temperature').expect(
    temperature >= 0 && temperature <= MAX_TEMPERATURE,
    `must be in [0, ${MAX_TEMPERATURE}]`,
    temperature,
  );
  at.field('top_p').expect(topP > 0 && topP <= 1, 'must be in (0, 1]', topP);
  at.field('top_k').expect(topK >= 0, 'must be 0 or more', topK);
  at.field('max_new_tokens').expect(maxNewTokens >= 1, 'must be 1 or more', maxNewTokens);
  at.field('stop').expect(
    stop.length <= MAX_STOP_STRINGS,
    `must hold at most ${MAX_STOP_STRINGS} strings`,
    stop.length,
  );
  stop.forEach((text, i) =>
    at
      .field('stop')
      .index(i)
      .expect(text !== '', 'must not be empty', text),
  );
  return { temperature, topP, topK, maxNewTokens, stop: [...stop], cleanUpSpaces };
}

export function samplingParametersToProto(sampling: SamplingParameters): ProtoSamplingParameters {
  return { ...sampling, stop: [...sampling.stop] };
}

const MAX_SAMPLES = 1024;

/** Reads n, the samples per problem, 1 to 1024. */
export function samplesPerProblemFromProto(samples: number, at: FieldPath): number {
  at.expect(samples >= 1 && samples <= MAX_SAMPLES, `must be in [1, ${MAX_SAMPLES}]`, samples);
  return samples;
}
