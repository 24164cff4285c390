import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listModel } from './hub-listing.ts';

test('a listing without end is given up', async () => {
  const part = Buffer.alloc(1 << 20, ' ');
  const server = createServer((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(part));
    };
    response.on('drain', more);
    more();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(listModel('someone/model', 'main', { endpoint })).rejects.toThrow('want a listing of at most');
});
