import { checkpointStatuses, RUN_STATUSES } from '@leti/requests';
import { statusRow, type StatusTable } from '@leti/rpc';
import { NotComparableError } from './compare-runs.ts';

/** Which error ends a call, or a run, with which status. */
export const STATUSES: StatusTable = [
  ...RUN_STATUSES,
  ...checkpointStatuses('settings.checkpoint.path'),
  statusRow(NotComparableError, { code: 'FAILED_PRECONDITION', reason: 'RUNS_NOT_COMPARABLE' }),
];
