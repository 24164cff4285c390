import { z } from 'zod';
import { EndpointAnswerError } from './endpoint-errors.ts';
import type { HttpJson } from './http-json.ts';

/** A model that an endpoint serves. */
export interface ServedModelCard {
  /** What requests call it. */
  readonly id: string;
  /** Where vLLM and SGLang have its folder. */
  readonly root: string | undefined;
  /** Most tokens of prompt and completion; undefined when the endpoint does not say. */
  readonly maxModelLen: number | undefined;
}

/** What one completion is asked for with; names and meanings are those of the protocol. */
export interface CompletionRequest {
  readonly model: string;
  readonly prompt: readonly number[];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly stop_token_ids?: readonly number[];
  /** Gives the prompt's log-probabilities too. */
  readonly echo?: boolean;
}

/** One completion. */
export interface Completion {
  /** Undefined when the endpoint sends none, and always with `echo`. */
  readonly tokenIds: readonly number[] | undefined;
  /** The prompt's tokens first, with `echo`; null for its first. */
  readonly logprobs: readonly (number | null)[];
  readonly finishReason: string;
}

const modelsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      root: z.string().nullish(),
      max_model_len: z.int().min(1).nullish(),
    }),
  ),
});

const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        token_ids: z.array(z.int().min(0)).nullish(),
        logprobs: z.object({
          tokens: z.array(z.string()).default([]),
          token_logprobs: z.array(z.number().nullable()),
        }),
      }),
    )
    .length(1),
});

/** `GET /models`. @throws as {@link HttpJson.ask} */
export async function listModels(http: HttpJson, signal: AbortSignal): Promise<readonly ServedModelCard[]> {
  const { data } = parsed(modelsSchema, await http.ask('/models', undefined, signal), '/models');
  return data.map(({ id, root, max_model_len: maxModelLen }) => ({
    id,
    root: root ?? undefined,
    maxModelLen: maxModelLen ?? undefined,
  }));
}

/**
 * `POST /completions` for one completion of a prompt of ids, with the ids that were sampled. Both are extensions that
 * vLLM and SGLang share (`return_token_ids`; older vLLM writes ids in place of token texts).
 * @throws as {@link HttpJson.ask}; {EndpointAnswerError}
 */
export async function complete(http: HttpJson, request: CompletionRequest, signal: AbortSignal): Promise<Completion> {
  const body = {
    ...request,
    n: 1,
    logprobs: 1,
    return_token_ids: true,
    return_tokens_as_token_ids: true,
    // Else vLLM takes what the checkpoint's generation_config.json recommends.
    min_p: 0,
    repetition_penalty: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
  };
  const { choices } = parsed(completionSchema, await http.ask('/completions', body, signal), '/completions');
  const { finish_reason: finishReason, token_ids: ids, logprobs } = choices[0]!;
  return {
    tokenIds: ids ?? idsWrittenAsTokens(logprobs.tokens),
    logprobs: logprobs.token_logprobs,
    finishReason: finishReason ?? '',
  };
}

function idsWrittenAsTokens(tokens: readonly string[]): number[] | undefined {
  const ids = tokens.map((token) => /^token_id:(\d+)$/.exec(token)?.[1]);
  return ids.length > 0 && ids.every((id) => id !== undefined) ? ids.map(Number) : undefined;
}

function parsed<S extends z.ZodType>(schema: S, answer: unknown, path: string): z.output<S> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue!.path.map(String).join('.') || 'the answer';
  throw new EndpointAnswerError(`${path}: ${place}: ${issue!.message}`, { cause: result.error });
}
