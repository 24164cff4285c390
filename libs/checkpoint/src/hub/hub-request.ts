import { setTimeout as sleep } from 'node:timers/promises';
import { HubError } from './hub-error.ts';

/** Where models come from. */
export interface HubOptions {
  /** Its address, e.g. that of a private mirror. Default: the public hub. */
  readonly endpoint?: string;
  /** Sent to the endpoint only, never to where it redirects to, and never part of a message. */
  readonly token?: string;
  readonly signal?: AbortSignal;
  /** Pause before the second try; each later one is twice as long. Default 500 ms. */
  readonly firstPauseMs?: number;
  /** A connection that brings nothing for so long is given up. Default 60 s. */
  readonly stallMs?: number;
}

const PUBLIC_HUB = 'https://huggingface.co';
const ATTEMPTS = 5;
const MAX_PAUSE_MS = 30_000;

/**
 * The endpoint without a slash at its end.
 * @throws {RangeError} unless it is an http(s) address without user, password, query or fragment
 */
export function endpointOf({ endpoint = PUBLIC_HUB }: HubOptions): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const plain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url === undefined || !plain || !['http:', 'https:'].includes(url.protocol)) {
    throw new RangeError('hub endpoint must be an http or https address without user or password in it');
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * Asks the hub and hands over its answer; tries again, with growing pauses, when the network or the hub fails, also
 * while `use` reads the answer.
 *
 * @param use may be called several times; each call starts anew. What it throws as a HubError is final. It calls `onProgress`
 *   when something comes, which puts off the end of a silent connection; if that is further than ever before, the tries
 *   count from one again
 * @throws {HubError} for a final answer other than 2xx, or when no try succeeded; the signal's reason
 */
export async function withAnswer<T>(
  url: string,
  init: {
    readonly method?: string;
    readonly headers?: () => Promise<Record<string, string>>;
    readonly redirect?: 'follow' | 'manual';
  },
  options: HubOptions,
  use: (answer: Response, onProgress: (isFurther: boolean) => void) => Promise<T>,
): Promise<T> {
  const { token, signal, firstPauseMs = 500, stallMs = 60_000 } = options;
  let last: unknown;
  for (let attempt = 1, pauseMs = firstPauseMs; ; attempt++, pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
    signal?.throwIfAborted();
    const stall = new AbortController();
    const timer = setTimeout(() => stall.abort(new Error(`nothing came for ${stallMs} ms`)), stallMs);
    try {
      const headers = { ...(await init.headers?.()), ...(token !== undefined && { authorization: `Bearer ${token}` }) };
      const signals = signal === undefined ? [stall.signal] : [stall.signal, signal];
      // fetch leaves the token out when a redirect leads to another origin.
      const answer = await fetch(url, {
        method: init.method ?? 'GET',
        redirect: init.redirect ?? 'follow',
        headers,
        signal: AbortSignal.any(signals),
      });
      const progressed = (isFurther: boolean): void => {
        timer.refresh();
        if (!isFurther) return;
        attempt = 1;
        pauseMs = firstPauseMs;
      };
      timer.refresh();
      const wait = retryAfterMs(answer);
      if (wait === undefined) return await use(requireOk(url, answer, token !== undefined), progressed);
      await answer.body?.cancel();
      last = new Error(`HTTP ${answer.status}`);
      pauseMs = Math.max(pauseMs, Math.min(wait, MAX_PAUSE_MS));
    } catch (error) {
      if (error instanceof HubError) throw error;
      signal?.throwIfAborted();
      if (isLocal(error)) throw error;
      last = stall.signal.aborted ? stall.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
    if (attempt === ATTEMPTS) {
      throw new HubError('unavailable', url, `want an answer in ${ATTEMPTS} tries, got: ${causeOf(last)}`, {
        cause: last,
      });
    }
    await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
  }
}

/** How long to wait before trying again; undefined for an answer that is final. */
function retryAfterMs({ status, headers }: Response): number | undefined {
  if (status < 500 && status !== 429 && status !== 408) return undefined;
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? 1000 * seconds : 0;
}

function requireOk(url: string, answer: Response, withToken: boolean): Response {
  const { status } = answer;
  if (answer.ok || (status >= 300 && status < 400)) return answer;
  const hint = withToken ? 'the token may lack the right to it' : 'a private or gated model needs a token';
  if (status === 401 || status === 403) throw new HubError('denied', url, `want access, got HTTP ${status}; ${hint}`);
  if (status === 404) throw new HubError('not_found', url, `want a model there, got HTTP 404; ${hint}`);
  throw new HubError('unavailable', url, `want an answer of a hub, got HTTP ${status}`);
}

/** An error of our own disk, which no other try mends: those of `fetch` have their system call in their cause. */
const isLocal = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall !== undefined;

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message;
}
