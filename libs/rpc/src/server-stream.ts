import type { handleServerStreamingCall } from '@grpc/grpc-js';
import type { CallContext } from './call-context.ts';
import { endStream } from './end-stream.ts';
import { runCall, type HandlerOptions } from './run-call.ts';
import { sendMessages } from './send-messages.ts';

/**
 * A handler of a method that takes one request and gives a stream of responses. The iterable is asked for the next
 * response only when the peer has taken the ones before, and is ended by `return()` when the call ends early.
 * @param handler usually an async generator; what it throws becomes the call's status
 */
export function serverStream<Request, Response>(
  handler: (request: Request, context: CallContext) => AsyncIterable<Response>,
  options: HandlerOptions = {},
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    void runCall(call, options, (context) => sendMessages(call, handler(call.request, context), context.signal)).then(
      (error) => endStream(call, error),
    );
  };
}
