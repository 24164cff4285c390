import { InvalidAddressError, PortInUseError } from '@leti/rpc';
import { onTestFinished, expect, test } from 'vitest';
import { Counter, createRegistry, type MetricsServer, serveMetrics } from './index.ts';

async function serve(): Promise<{ url: string; server: MetricsServer }> {
  const registry = createRegistry();
  new Counter({ name: 'things_total', help: 'Things by kind.', labelNames: ['kind'], registers: [registry] }).inc({
    kind: 'good',
  });
  const server = await serveMetrics('127.0.0.1:0', registry);
  onTestFinished(() => server.close());
  return { url: `http://127.0.0.1:${server.port}`, server };
}

test('gives the metrics in the text format of Prometheus', async () => {
  const { url } = await serve();
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  expect(text).toContain('# TYPE things_total counter\nthings_total{kind="good"} 1\n');
  expect(text).toMatch(/^process_cpu_seconds_total \d/m);
});

test.each([
  ['GET', '/', 404],
  ['GET', '/metrics/../../etc/passwd', 404],
  ['POST', '/metrics', 405],
  ['HEAD', '/metrics', 200],
])('answers %s %s with %d', async (method, path, status) => {
  const { url } = await serve();
  expect((await fetch(url + path, { method })).status).toBe(status);
});

test('serves the same port to one only, and nothing once closed', async () => {
  const { url, server } = await serve();
  await expect(serveMetrics(`127.0.0.1:${server.port}`, createRegistry())).rejects.toBeInstanceOf(PortInUseError);
  await server.close();
  await expect(fetch(`${url}/metrics`)).rejects.toThrow('fetch failed');
});

test.each(['127.0.0.1', 'nowhere:', ':9090', '127.0.0.1:70000', '1.2.3.4:0'])(
  'cannot listen on %s',
  async (address) => {
    await expect(serveMetrics(address, createRegistry())).rejects.toBeInstanceOf(InvalidAddressError);
  },
);

test('listens on an IPv6 address too', async () => {
  const server = await serveMetrics('[::1]:0', createRegistry()).catch((error: unknown) => error);
  if (server instanceof InvalidAddressError) return; // a machine without IPv6
  onTestFinished(() => (server as MetricsServer).close());
  expect((await fetch(`http://[::1]:${(server as MetricsServer).port}/metrics`)).status).toBe(200);
});
