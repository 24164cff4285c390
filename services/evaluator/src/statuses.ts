import { statusRow, type StatusTable } from '@leti/rpc';
import { InvalidProgramError, SandboxLostError, VerifierFailedError } from '@leti/sandbox';
import { TooManyStreamsError, TooManyWaitingError } from './admission.ts';

/** Which error ends a call with which status. A failing program is none of them. */
export const STATUSES: StatusTable = [
  statusRow(SandboxLostError, { code: 'UNAVAILABLE', reason: 'SANDBOX_LOST' }),
  statusRow(InvalidProgramError, {
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_ARGUMENT',
    violations: ({ field, description }) => [{ field: `program.${field}`, description }],
  }),
  statusRow(VerifierFailedError, { code: 'FAILED_PRECONDITION', reason: 'VERIFIER_FAILED' }),
  statusRow(TooManyWaitingError, { code: 'RESOURCE_EXHAUSTED', reason: 'TOO_MANY_WAITING' }),
  statusRow(TooManyStreamsError, { code: 'RESOURCE_EXHAUSTED', reason: 'TOO_MANY_STREAMS' }),
];
