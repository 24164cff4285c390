import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import type { CallContext } from './call-context.ts';
import { endStream } from './end-stream.ts';
import { runCall, type HandlerOptions } from './run-call.ts';
import { receiveMessages } from './receive-messages.ts';
import { sendMessages } from './send-messages.ts';

/**
 * A handler of a method with a stream both ways. Requests are taken from the wire no faster than the handler reads
 * them; responses are asked for no faster than the peer takes them. A handler may answer and end before it has read
 * every request; it may also leave its loop over the requests without ending the call.
 * @param handler usually an async generator; what it throws becomes the call's status
 */
export function bidiStream<Request, Response>(
  handler: (requests: AsyncIterable<Request>, context: CallContext) => AsyncIterable<Response>,
  options: HandlerOptions = {},
): handleBidiStreamingCall<Request, Response> {
  return (call) => {
    void runCall(call, options, (context) => {
      const requests = receiveMessages<Request>(call, context.signal);
      return sendMessages(call, handler(requests, context), context.signal);
    }).then((error) => endStream(call, error));
  };
}
