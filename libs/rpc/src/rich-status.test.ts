import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { Any, Status } from '@leti/proto';
import { describe, expect, test } from 'vitest';
import { rpcErrorFromServiceError, rpcErrorFromStatus, statusFromRpcError } from './rich-status.ts';
import { RpcError } from './rpc-error.ts';
import { codeFromNumber, codeNumber } from './status-code.ts';

const serviceError = (details: Buffer): ServiceError => {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', details);
  return Object.assign(new Error(), { code: status.ABORTED, details: 'plain', metadata });
};

describe('google.rpc.Status', () => {
  test('says all that an RpcError says', () => {
    const error = new RpcError({
      code: 'INVALID_ARGUMENT',
      message: 'n must be >= 1, got 0',
      reason: 'INVALID_ARGUMENT',
      metadata: { limit: '1' },
      violations: [{ field: 'n', description: 'must be >= 1, got 0' }],
    });
    const wire = Status.decode(Status.encode(statusFromRpcError(error)).finish());
    expect(wire.code).toBe(3);
    expect(rpcErrorFromStatus(wire)).toEqual(error);
  });

  test('does without details', () => {
    const bare = new RpcError({ code: 'ABORTED', message: 'm' });
    expect(statusFromRpcError(bare).details).toEqual([]);
    expect(rpcErrorFromStatus(Status.create({ code: 99, message: 'm' }))).toMatchObject({
      code: 'UNKNOWN',
      reason: '',
    });
  });

  test('of another make leaves code and text', () => {
    expect(rpcErrorFromServiceError(serviceError(Buffer.from('no protobuf')))).toMatchObject({
      code: 'ABORTED',
      message: 'plain',
    });
    const odd = Status.create({
      code: 10,
      message: 'm',
      details: [Any.create({ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value: Buffer.from([255]) })],
    });
    const error = rpcErrorFromServiceError(serviceError(Buffer.from(Status.encode(odd).finish())));
    expect(error).toMatchObject({ code: 'ABORTED', message: 'plain' });
  });
});

test('every status has its number', () => {
  for (let number = 0; number <= 16; number++) expect(codeNumber(codeFromNumber(number))).toBe(number);
  expect(codeNumber('UNAVAILABLE')).toBe(14);
});
