/** The reading half of a grpc-js stream. */
export interface MessageStream {
  read(): unknown;
  on(event: 'readable' | 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * The messages of a stream, read from the wire only as they are asked for. Every message that arrived before an
 * error is given before the error is thrown. Unlike a Readable's own iterator it misses no error that comes before the
 * first read, and leaving the loop does not destroy the stream.
 * @throws the stream's error; the signal's reason as soon as it aborts
 */
export function receiveMessages<Message>(stream: MessageStream, signal: AbortSignal): AsyncIterable<Message> {
  let failure: Error | undefined;
  let ended = false;
  let wake = (): void => {};
  stream.on('readable', () => wake());
  stream.on('end', () => {
    ended = true;
    wake();
  });
  stream.on('close', () => {
    ended = true;
    wake();
  });
  stream.on('error', (error) => {
    failure ??= error;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  async function* messages(): AsyncGenerator<Message> {
    for (;;) {
      signal.throwIfAborted();
      const message = stream.read();
      if (message !== null) yield message as Message;
      else if (failure !== undefined) throw failure;
      else if (ended) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return messages();
}
