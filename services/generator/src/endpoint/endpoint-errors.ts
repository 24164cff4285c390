/** The endpoint cannot be reached, is overloaded or broke off; asking again later may do. */
export class EndpointUnavailableError extends Error {
  override readonly name = 'EndpointUnavailableError';
}

/** The endpoint refuses the request as it is: another key, model or length is wanted. */
export class EndpointRefusedError extends Error {
  override readonly name = 'EndpointRefusedError';
  /** HTTP status, 400 to 499. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The endpoint's answer is not what the protocol, or a faithful engine, gives. */
export class EndpointAnswerError extends Error {
  override readonly name = 'EndpointAnswerError';
}

/** The endpoint does not serve the checkpoint that is to be loaded. */
export class EndpointModelError extends Error {
  override readonly name = 'EndpointModelError';
}
