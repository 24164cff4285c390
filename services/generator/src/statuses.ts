import { NonFiniteLogitsError } from '@leti/nn/model';
import { checkpointStatuses } from '@leti/requests';
import { statusRow, type StatusTable } from '@leti/rpc';
import {
  EndpointAnswerError,
  EndpointModelError,
  EndpointRefusedError,
  EndpointUnavailableError,
} from './endpoint/endpoint-errors.ts';
import { LoadedCheckpointGoneError, ModelCrashesError, NoCheckpointLoadedError, OtherWeightsError } from './errors.ts';

/** Which error ends a call with which status. */
export const STATUSES: StatusTable = [
  statusRow(NoCheckpointLoadedError, { code: 'FAILED_PRECONDITION', reason: 'NO_CHECKPOINT_LOADED' }),
  statusRow(OtherWeightsError, {
    code: 'FAILED_PRECONDITION',
    reason: 'OTHER_WEIGHTS_LOADED',
    metadata: ({ expected, loaded }) => ({ expected, loaded }),
  }),
  statusRow(LoadedCheckpointGoneError, {
    code: 'FAILED_PRECONDITION',
    reason: 'LOADED_CHECKPOINT_GONE',
    metadata: ({ path }) => ({ path }),
  }),
  statusRow(ModelCrashesError, { code: 'INTERNAL', reason: 'MODEL_CRASHES' }),
  statusRow(NonFiniteLogitsError, { code: 'INTERNAL', reason: 'NON_FINITE_LOGITS' }),
  statusRow(EndpointUnavailableError, { code: 'UNAVAILABLE', reason: 'ENDPOINT_UNAVAILABLE' }),
  statusRow(EndpointRefusedError, { code: 'INTERNAL', reason: 'ENDPOINT_REFUSED' }),
  statusRow(EndpointModelError, { code: 'FAILED_PRECONDITION', reason: 'ENDPOINT_LACKS_MODEL' }),
  statusRow(EndpointAnswerError, { code: 'INTERNAL', reason: 'ENDPOINT_ANSWER_INVALID' }),
  ...checkpointStatuses('checkpoint.path'),
];
