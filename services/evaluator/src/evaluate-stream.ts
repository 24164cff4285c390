import { evaluationToProto } from '@leti/convert';
import type { EvaluateProgramsRequest, EvaluateProgramsResponse } from '@leti/proto';
import { codeNumber, InvalidArgumentError, rpcErrorFrom } from '@leti/rpc';
import type { ProgramRunner } from '@leti/sandbox';
import { readProgram } from './read-program.ts';
import { STATUSES } from './statuses.ts';

/**
 * Judges programs as they come and answers each when it is done. Takes a further one only when fewer than twice the slots
 * are under way, so that the caller is held back by what the sandboxes can do.
 * @param signal kills what runs
 */
export async function* evaluateStream(
  requests: AsyncIterable<EvaluateProgramsRequest>,
  runner: ProgramRunner,
  signal: AbortSignal,
): AsyncGenerator<EvaluateProgramsResponse> {
  const most = 2 * runner.info.slots;
  const source = requests[Symbol.asyncIterator]();
  const running = new Map<string, Promise<Event>>();
  let next: Promise<Event> | undefined;
  let open = true;
  try {
    while (open || running.size > 0) {
      if (open && next === undefined && running.size < most) {
        next = source.next().then((request) => ({ kind: 'request', request }));
      }
      const event = await Promise.race(next === undefined ? running.values() : [next, ...running.values()]);
      if (event.kind === 'answer') {
        running.delete(event.key);
        yield event.response;
        continue;
      }
      next = undefined;
      if (event.request.done === true) {
        open = false;
        continue;
      }
      const id = event.request.value.program?.programId ?? '';
      if (running.has(id)) {
        yield failure(
          id,
          new InvalidArgumentError([{ field: 'program.program_id', description: `"${id}" is under way` }]),
        );
      } else {
        running.set(id, answer(event.request.value, id, runner, signal));
      }
    }
  } finally {
    await source.return?.();
  }
}

type Event =
  | { readonly kind: 'request'; readonly request: IteratorResult<EvaluateProgramsRequest> }
  | { readonly kind: 'answer'; readonly key: string; readonly response: EvaluateProgramsResponse };

async function answer(
  request: EvaluateProgramsRequest,
  key: string,
  runner: ProgramRunner,
  signal: AbortSignal,
): Promise<Event> {
  try {
    const program = readProgram(request.program, runner.info.maxLimits);
    const evaluation = await runner.evaluate(program, { signal });
    return { kind: 'answer', key, response: { event: { $case: 'evaluation', value: evaluationToProto(evaluation) } } };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'answer', key, response: failure(key, error) };
  }
}

/** Why one program has no verdict; the stream goes on. */
function failure(programId: string, error: unknown): EvaluateProgramsResponse {
  const { code, message } = rpcErrorFrom(error, STATUSES);
  return { event: { $case: 'error', value: { programId, code: codeNumber(code), message } } };
}
