import { statusRow, type StatusTable } from '@leti/rpc';
import { SandboxLostError } from '@leti/sandbox';
import { TooManyWaitingError } from './admission.ts';

/** Which error ends a call with which status. A failing program is none of them. */
export const STATUSES: StatusTable = [
  statusRow(SandboxLostError, { code: 'UNAVAILABLE', reason: 'SANDBOX_LOST' }),
  statusRow(TooManyWaitingError, { code: 'RESOURCE_EXHAUSTED', reason: 'TOO_MANY_WAITING' }),
];
