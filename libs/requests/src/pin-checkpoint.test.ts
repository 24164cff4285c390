import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  checkpointDigest,
  CheckpointNotFoundError,
  DigestMismatchError,
  InvalidCheckpointError,
} from '@leti/checkpoint';
import { goldenPath, temporaryFolder } from '@leti/testing';
import { TokenizerNotFoundError } from '@leti/tokenizer';
import { expect, test } from 'vitest';
import { pinCheckpoint } from './pin-checkpoint.ts';

const TINY = goldenPath('codegen-tiny');
const pin = (path: string, digest?: string) => pinCheckpoint({ path, digest });

test('a relative path becomes the absolute folder, with the digest of its content', async () => {
  const { checkpoint, config, tokenizer } = await pin(relative(process.cwd(), TINY));
  expect(checkpoint).toEqual({ path: TINY, digest: await checkpointDigest(TINY) });
  expect(tokenizer.vocabSize).toBeLessThanOrEqual(config.vocabSize);
});

test('micro-base stays the name that it is', async () => {
  expect((await pin('micro-base')).checkpoint.path).toBe('micro-base');
});

test('another digest than the one insisted on is refused', async () => {
  await expect(pin(TINY, `sha256:${'0'.repeat(64)}`)).rejects.toBeInstanceOf(DigestMismatchError);
});

test('a folder without a model is refused', async () => {
  await expect(pin(join(temporaryFolder(), 'none'))).rejects.toBeInstanceOf(CheckpointNotFoundError);
  await expect(pin(temporaryFolder())).rejects.toBeInstanceOf(CheckpointNotFoundError);
});

test.each([
  ['config.json', CheckpointNotFoundError],
  ['model.safetensors', CheckpointNotFoundError],
  ['tokenizer.json', TokenizerNotFoundError],
])('a folder without %s is refused', async (file, errorClass) => {
  const folder = temporaryFolder();
  cpSync(TINY, folder, { recursive: true });
  rmSync(join(folder, file));
  await expect(pin(folder)).rejects.toBeInstanceOf(errorClass);
});

test('a config that is no JSON is refused', async () => {
  const folder = temporaryFolder();
  cpSync(TINY, folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), '{');
  await expect(pin(folder)).rejects.toBeInstanceOf(InvalidCheckpointError);
});
