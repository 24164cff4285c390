// The generated messages and services of package leti.v1, and the descriptor set for reflection. Nothing here is written by hand but this list.
export * from './gen/leti/v1/benchmark_run.ts';
export * from './gen/leti/v1/benchmark_service.ts';
export * from './gen/leti/v1/checkpoint.ts';
export * from './gen/leti/v1/evaluation.ts';
export * from './gen/leti/v1/evaluator_service.ts';
export * from './gen/leti/v1/generator_service.ts';
export * from './gen/leti/v1/problem.ts';
export * from './gen/leti/v1/solution.ts';
export * from './gen/leti/v1/trainer_service.ts';
export * from './gen/leti/v1/training_run.ts';
export { Any } from './gen/google/protobuf/any.ts';
export { Code } from './gen/google/rpc/code.ts';
export { Status } from './gen/google/rpc/status.ts';
export { BadRequest, ErrorInfo } from './gen/google/rpc/error_details.ts';

/** Location of the FileDescriptorSet of every proto here, for server reflection. */
export const descriptorSetUrl: URL = new URL('./gen/descriptors.binpb', import.meta.url);
