import { Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { Any, BadRequest, ErrorInfo, Status } from '@leti/proto';
import { RpcError } from './rpc-error.ts';
import { codeFromNumber, codeNumber } from './status-code.ts';

const DETAILS_KEY = 'grpc-status-details-bin';
const TYPE_PREFIX = 'type.googleapis.com/';
const DOMAIN = 'leti';

// Trailers travel in HTTP/2 header frames, which peers limit to some tens of KiB.
const MAX_MESSAGE_CHARS = 2048;
const MAX_VIOLATIONS = 32;
const MAX_DESCRIPTION_CHARS = 200;

// Well-formed, because a lone surrogate cannot be written into a header.
const bounded = (text: string, limit: number): string =>
  (text.length > limit ? `${text.slice(0, limit - 1)}…` : text).toWellFormed();

/** google.rpc.Status of an error: what goes on the wire and into a resource's `error` field. */
export function statusFromRpcError({ code, message, reason, violations, metadata }: RpcError): Status {
  const details: Any[] = [];
  if (reason !== '') {
    details.push(pack('google.rpc.ErrorInfo', ErrorInfo.encode({ reason, domain: DOMAIN, metadata }).finish()));
  }
  if (violations.length > 0) {
    const fieldViolations = violations.slice(0, MAX_VIOLATIONS).map(({ field, description }) => ({
      field: bounded(field, MAX_DESCRIPTION_CHARS),
      description: bounded(description, MAX_DESCRIPTION_CHARS),
      reason: '',
    }));
    details.push(pack('google.rpc.BadRequest', BadRequest.encode(BadRequest.create({ fieldViolations })).finish()));
  }
  return Status.create({ code: codeNumber(code), message: bounded(message, MAX_MESSAGE_CHARS), details });
}

/** The error that a google.rpc.Status stands for. */
export function rpcErrorFromStatus(status: Status, cause?: unknown): RpcError {
  const info = unpack(status, 'google.rpc.ErrorInfo', (bytes) => ErrorInfo.decode(bytes));
  const badRequest = unpack(status, 'google.rpc.BadRequest', (bytes) => BadRequest.decode(bytes));
  return new RpcError({
    code: codeFromNumber(status.code),
    message: status.message,
    reason: info?.reason ?? '',
    metadata: info?.metadata ?? {},
    violations: badRequest?.fieldViolations.map(({ field, description }) => ({ field, description })) ?? [],
    cause,
  });
}

/** The form that grpc-js sends: code, text, and google.rpc.Status in the trailers. */
export function statusObjectFrom(error: RpcError): Partial<StatusObject> {
  const status = statusFromRpcError(error);
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, Buffer.from(Status.encode(status).finish()));
  return { code: status.code, details: status.message, metadata };
}

/** The error behind what grpc-js gives a client, with its details if the server sent any. */
export function rpcErrorFromServiceError(error: ServiceError): RpcError {
  const [value] = error.metadata.get(DETAILS_KEY);
  const plain = (): RpcError =>
    new RpcError({ code: codeFromNumber(error.code), message: error.details, cause: error });
  if (!Buffer.isBuffer(value)) return plain();
  try {
    return rpcErrorFromStatus(Status.decode(value), error);
  } catch {
    return plain(); // details of another make are no reason to lose the error
  }
}

function pack(type: string, bytes: Uint8Array): Any {
  return Any.create({ typeUrl: TYPE_PREFIX + type, value: Buffer.from(bytes) });
}

function unpack<T>(status: Status, type: string, decode: (bytes: Uint8Array) => T): T | undefined {
  const any = status.details.find(({ typeUrl }) => typeUrl === TYPE_PREFIX + type);
  return any && decode(any.value);
}
