import { expect, test } from 'vitest';
import { DEFAULT_ADDRESSES, serviceArguments, SERVICE_NAMES } from './service-definition.ts';

const deployment = { addresses: DEFAULT_ADDRESSES, store: '/store', data: undefined };

test('runtime and metrics address go to the evaluator, and to no other service', () => {
  const asked = { ...deployment, runtime: 'gvisor', metricsAddress: '127.0.0.1:9090' } as const;
  const flags = ['--runtime', 'gvisor', '--metrics-address', '127.0.0.1:9090'];
  for (const name of SERVICE_NAMES) {
    const more = name === 'evaluator' ? flags : [];
    expect(serviceArguments(name, asked)).toEqual([...serviceArguments(name, deployment), ...more]);
  }
});
