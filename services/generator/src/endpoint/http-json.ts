import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { EndpointAnswerError, EndpointRefusedError, EndpointUnavailableError } from './endpoint-errors.ts';

/** Asks one server for JSON, over connections that stay open. */
export interface HttpJson {
  /**
   * @param path below the base URL, e.g. `/completions`
   * @param body sent by POST; undefined is a GET
   * @throws {EndpointUnavailableError} {EndpointRefusedError} {EndpointAnswerError} for an answer that is no JSON; the
   *   signal's reason
   */
  ask(path: string, body: unknown, signal: AbortSignal): Promise<unknown>;
  /** Closes the connections; requests under way fail. */
  close(): void;
}

/** Where a server is, and how it is treated. */
export interface HttpJsonOptions {
  /** Up to and including `/v1`. */
  readonly url: string;
  /** Sent as a bearer token, and never shown. */
  readonly apiKey: string | undefined;
  /** Requests under way at a time; more wait for a connection. */
  readonly connections: number;
  /** How long a connection may be silent. A long completion is: nothing comes until it is whole. */
  readonly timeoutMs: number;
}

/** Node's own `fetch` gives up after five silent minutes, which a full queue of a large model takes. */
export function createHttpJson({ url, apiKey, connections, timeoutMs }: HttpJsonOptions): HttpJson {
  const secure = url.startsWith('https:');
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: connections });
  const base = url.replace(/\/+$/, '');
  // A server may answer with what it was sent.
  const shown = (answer: string): string =>
    excerpt(apiKey === undefined ? answer : answer.replaceAll(apiKey, '(the key)'));

  async function ask(path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const place = `${base}${path}`;
    let status: number;
    let answer: string;
    try {
      ({ status, answer } = await exchange(place, body === undefined ? undefined : JSON.stringify(body), signal));
    } catch (cause) {
      signal.throwIfAborted();
      throw new EndpointUnavailableError(`${place}: want an answer, got ${(cause as Error).message}`, { cause });
    }
    if (status === 429 || status >= 500) {
      throw new EndpointUnavailableError(`${place}: want an answer, got status ${status}: ${shown(answer)}`);
    }
    if (status !== 200) throw new EndpointRefusedError(`${place}: got status ${status}: ${shown(answer)}`, status);
    try {
      return JSON.parse(answer);
    } catch (cause) {
      throw new EndpointAnswerError(`${place}: want JSON, got ${shown(answer)}`, { cause });
    }
  }

  function exchange(
    place: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly answer: string }> {
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(place, {
        method: body === undefined ? 'GET' : 'POST',
        agent,
        signal,
        timeout: timeoutMs,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        },
      });
      request.on('response', (response) => {
        boundedText(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
      });
      request.on('timeout', () => request.destroy(new Error(`no word for ${timeoutMs} ms`)));
      request.on('error', reject);
      request.end(body);
    });
  }

  return { ask, close: () => agent.destroy() };
}

/** Some times what a completion of a million tokens comes to; an answer without end would take all memory. */
const MAX_ANSWER_BYTES = 64 << 20;

/** @throws for a body that is longer; what is left of it is not read */
async function boundedText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    byteLength += chunk.length;
    if (byteLength > MAX_ANSWER_BYTES) throw new Error(`want an answer of at most ${MAX_ANSWER_BYTES} bytes, got more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const EXCERPT = 300;

/** Enough of an answer to see what is wrong, on one line. */
function excerpt(answer: string): string {
  const line = answer.replaceAll(/\s+/g, ' ').trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line || 'nothing';
}
