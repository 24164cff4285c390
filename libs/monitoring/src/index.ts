// What a service tells Prometheus about itself. The only importer of the Prometheus client.
export { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
export { createRegistry } from './create-registry.ts';
export { serveMetrics } from './serve-metrics.ts';
export type { MetricsServer } from './serve-metrics.ts';
