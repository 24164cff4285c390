/** Why a hub did not give what was asked for. */
export type HubFailure =
  /** No such repository, revision or file; a private one looks the same without a token. */
  | 'not_found'
  /** The token is missing, wrong, or its owner has not accepted the model's terms. */
  | 'denied'
  /** What came is not what the hub had announced. */
  | 'corrupt'
  /** It cannot be reached, is overloaded, or answered with something that is no hub's answer; tried several times. */
  | 'unavailable';

/** A hub did not give what was asked for. The message holds the address, never a token. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly reason: HubFailure;
  readonly url: string;

  constructor(reason: HubFailure, url: string, problem: string, options?: ErrorOptions) {
    super(`${url}: ${problem}`, options);
    this.reason = reason;
    this.url = url;
  }
}
