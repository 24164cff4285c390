import type { handleUnaryCall } from '@grpc/grpc-js';
import type { CallContext } from './call-context.ts';
import { orAborted } from './or-aborted.ts';
import { statusObjectFrom } from './rich-status.ts';
import { runCall, type HandlerOptions } from './run-call.ts';

/**
 * A handler of a method that takes one request and gives one response.
 * @param handler ends its work when the signal aborts; the call does not wait for it then. What it throws becomes the call's status, by the table given to serve()
 */
export function unary<Request, Response>(
  handler: (request: Request, context: CallContext) => Response | Promise<Response>,
  options: HandlerOptions = {},
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void runCall(call, options, async (context) => {
      const run = async (): Promise<Response> => handler(call.request, context);
      callback(null, await orAborted(run(), context.signal));
    }).then((error) => {
      if (error !== undefined) callback(statusObjectFrom(error));
    });
  };
}
