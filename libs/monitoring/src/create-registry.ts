import { collectDefaultMetrics, Registry } from '@prometheus-io/client';

/**
 * A registry with what is known of every Node process: processor time, memory, event loop delay. Metrics are made with
 * `registers: [registry]`; labels take values from closed sets only, never a text that a caller chose.
 */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
