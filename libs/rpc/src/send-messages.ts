import { orAborted } from './or-aborted.ts';

/** The writing half of a grpc-js stream. */
export interface WritingStream<Message> {
  write(message: Message): boolean;
  once(event: 'drain', listener: () => void): unknown;
  off(event: 'drain', listener: () => void): unknown;
}

/**
 * Writes messages as fast as the peer reads them, and asks for the next one only then.
 * @throws what the iterable throws; the signal's reason as soon as it aborts. The iterable is then told by `return()`.
 */
export async function sendMessages<Message>(
  stream: WritingStream<Message>,
  messages: AsyncIterable<Message>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orAborted(iterator.next(), signal);
      if (next.done === true) return;
      if (!stream.write(next.value)) await drained(stream, signal);
    }
  } catch (error) {
    // Not awaited: an async generator settles return() only after its pending next().
    iterator.return?.().then(undefined, () => {});
    throw error;
  }
}

async function drained(stream: WritingStream<never>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once('drain', resolve);
  try {
    await orAborted(promise, signal);
  } finally {
    stream.off('drain', resolve);
  }
}
