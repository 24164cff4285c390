import { createLogger, serve, type ServedService, type ServeOptions } from '@leti/rpc';
import { onTestFinished } from 'vitest';

/** A server in the test's own process. */
export interface TestServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly setServing: (serving: boolean) => void;
  /** Closes it before the test's end. */
  readonly close: () => Promise<void>;
}

/** Serves on a free port, without logs, until the running test has ended. Call it in a test. */
export async function testServer(
  services: readonly ServedService[],
  options: Partial<Omit<ServeOptions, 'services'>> = {},
): Promise<TestServer> {
  const server = await serve({
    address: '127.0.0.1:0',
    services,
    logger: createLogger({ name: 'test', level: 'silent' }),
    handleSignals: false,
    drainMs: 0,
    ...options,
  });
  onTestFinished(() => server.close());
  return {
    address: `127.0.0.1:${server.port}`,
    setServing: (serving) => server.setServing(serving),
    close: () => server.close(),
  };
}
