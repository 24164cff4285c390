import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, unary } from '@leti/rpc';
import { EvaluatorInfo, EvaluatorServiceClient, EvaluatorServiceService } from '@leti/proto';
import { describe, expect, test } from 'vitest';
import { freePort, goldenPath, readGolden, temporaryFolder, testServer } from './index.ts';

describe('test support', () => {
  let folder = '';
  let address = '';

  test('gives a folder', () => {
    folder = temporaryFolder();
    writeFileSync(join(folder, 'x'), 'x');
    expect(existsSync(folder)).toBe(true);
  });

  test('has removed the folder of the test before', () => {
    expect(existsSync(folder)).toBe(false);
  });

  test('serves on a free port', async () => {
    const implementation = { getEvaluatorInfo: unary(() => EvaluatorInfo.create({ slots: 3 })) };
    const port = await freePort();
    const services = [{ definition: EvaluatorServiceService, implementation }];
    ({ address } = await testServer(services, { address: `127.0.0.1:${port}` }));
    expect(address).toBe(`127.0.0.1:${port}`);
    const client = createClient(EvaluatorServiceClient, address);
    expect((await client.getEvaluatorInfo({})).slots).toBe(3);
    client.close();
  });

  test('has closed the server of the test before', async () => {
    const client = createClient(EvaluatorServiceClient, address);
    await expect(client.getEvaluatorInfo({})).toFailWith('UNAVAILABLE');
    client.close();
  });

  test('finds reference files', () => {
    expect(readGolden<object>('codegen-tiny/config.json')).toMatchObject({ model_type: 'codegen' });
    expect(existsSync(goldenPath('README.md'))).toBe(true);
  });
});
