import type { ChannelOptions } from '@grpc/grpc-js';

/** Largest message that servers and clients accept, bytes. Weights never travel over gRPC; feedback and programs do. */
export const MAX_RECEIVE_BYTES = 16 * 1024 * 1024;

const KEEPALIVE: ChannelOptions = {
  'grpc.max_receive_message_length': MAX_RECEIVE_BYTES,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
};

export const SERVER_OPTIONS: ChannelOptions = KEEPALIVE;

export const CLIENT_OPTIONS: ChannelOptions = {
  ...KEEPALIVE,
  'grpc.keepalive_permit_without_calls': 1,
  // A service that was restarted is found again within seconds, not after gRPC's two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.dns_min_time_between_resolutions_ms': 5_000,
  'grpc.service_config_disable_resolution': 1,
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
};
