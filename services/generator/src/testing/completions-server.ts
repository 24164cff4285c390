import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { readCheckpoint } from '@leti/checkpoint';
import { Sampler, type SampledTokens } from '@leti/nn';

/** The parts of a completion request that the server honours, with vLLM's and SGLang's extensions. */
export interface ReceivedRequest {
  readonly model: string;
  readonly prompt: readonly number[];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly top_p?: number;
  readonly seed?: number;
  readonly stop_token_ids?: readonly number[];
  readonly echo?: boolean;
  readonly [field: string]: unknown;
}

/** A choice of a completion, as it goes out. */
export interface SentChoice {
  index: number;
  text: string;
  finish_reason: string;
  token_ids?: number[];
  logprobs: { tokens: string[]; token_logprobs: (number | null)[] };
}

/** A completions server over a real, tiny model: what vLLM is in a cluster. */
export interface CompletionsServer {
  /** Up to and including `/v1`. */
  readonly url: string;
  /** Every completion request that came, in order. */
  readonly received: readonly ReceivedRequest[];
  /** Authorization headers that came. */
  readonly authorizations: readonly (string | undefined)[];
  /** Requests whose connection was closed before they were answered. */
  readonly abandoned: () => number;
  /** Changes what goes out: a choice, or a whole answer; undefined answers as it is. */
  change: ((choice: SentChoice, request: ReceivedRequest) => SentChoice) | undefined;
  fail: (() => { readonly status: number; readonly body: string } | 'hang' | undefined) | undefined;
  close(): Promise<void>;
}

/** @param name what the server calls the model whose folder is `folder` */
export async function startCompletionsServer(folder: string, name: string): Promise<CompletionsServer> {
  const { config, weights } = await readCheckpoint(folder);
  const sampler = Sampler.create({ config, weights, rows: 8 });
  const received: ReceivedRequest[] = [];
  const authorizations: (string | undefined)[] = [];
  let abandoned = 0;
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.on('close', () => (abandoned += response.writableFinished ? 0 : 1));
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const failure = self.fail?.();
    if (failure === 'hang') return;
    if (failure !== undefined) return void response.writeHead(failure.status).end(failure.body);
    if (request.url === '/v1/models') {
      return send(response, { object: 'list', data: [{ id: name, root: folder, max_model_len: 60 }] });
    }
    const asked = (await json(request)) as ReceivedRequest;
    received.push(asked);
    const choice = asked.echo === true ? echo(asked) : choiceOf(await draw(asked));
    send(response, { object: 'text_completion', choices: [self.change?.(choice, asked) ?? choice] });
  }

  async function draw(asked: ReceivedRequest): Promise<SampledTokens> {
    const drawn: SampledTokens[] = [];
    const group = {
      groupId: '',
      promptIds: Int32Array.from(asked.prompt),
      samples: [{ sampleIndex: 0, seed: BigInt(asked.seed ?? 0) }],
      temperature: asked.temperature,
      topP: asked.top_p ?? 1,
      topK: 0,
      maxNewTokens: asked.max_tokens,
      eosTokenIds: asked.stop_token_ids ?? [config.eosTokenId],
    };
    await sampler.sample([group], { onSample: (sample) => drawn.push(sample) });
    return drawn[0]!;
  }

  function echo({ prompt }: ReceivedRequest): SentChoice {
    const [logprobs] = sampler.scoreTokens([Int32Array.from(prompt)]);
    return {
      index: 0,
      text: '',
      finish_reason: 'length',
      logprobs: { tokens: [], token_logprobs: [null, ...logprobs!, -1] },
    };
  }

  const self: CompletionsServer = {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    },
    received,
    authorizations,
    abandoned: () => abandoned,
    change: undefined,
    fail: undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      sampler.dispose();
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return self;
}

function choiceOf({ tokenIds, logprobs, finishReason }: SampledTokens): SentChoice {
  return {
    index: 0,
    text: 'not looked at',
    finish_reason: finishReason === 'length' ? 'length' : 'stop',
    token_ids: tokenIds,
    logprobs: { tokens: tokenIds.map(String), token_logprobs: logprobs },
  };
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
