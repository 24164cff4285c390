import { readFileSync } from 'node:fs';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { descriptorSetUrl } from '@leti/proto';

/**
 * Adds server reflection for the named services, so that grpcurl and buf curl need no proto files.
 * @param services full names, e.g. `leti.v1.EvaluatorService`
 */
export function addReflection(server: Pick<Server, 'addService'>, services: readonly string[]): void {
  // The files go in as raw bytes: proto-loader's own reader rewrites them, after which imports do not resolve.
  const fileDescriptorProtos = filesOf(readFileSync(descriptorSetUrl));
  const files = { format: 'Protocol Buffer 3 EnumDescriptorProto', type: {}, fileDescriptorProtos } as const;
  new ReflectionService({ files }, { services: [...services] }).addToServer(server);
}

/** Splits a FileDescriptorSet (field 1, repeated) into its files, byte for byte. */
function filesOf(set: Uint8Array): Buffer[] {
  const reader = new BinaryReader(set);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    reader.uint32();
    files.push(Buffer.from(reader.bytes()));
  }
  return files;
}
