import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenizedCorpus } from '@leti/leti';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { corpusDigest } from '../corpus/corpus-digest.ts';
import { CorpusChangedError, CorpusNotFoundError } from '../corpus/corpus-errors.ts';
import { openCorpus } from './open-corpus.ts';
import type { TokenShard } from './token-shard.ts';

const never = new AbortController().signal;
const TEXTS = ['abc', 'größe', 'x'.repeat(1000), 'd'];
const bytesOf = (text: string) => [...Buffer.from(text)];
const allOf = (corpus: TokenizedCorpus) =>
  Array.from({ length: corpus.documents }, (_, i) => [...corpus.read(i, 0, corpus.lengthOf(i))]);

describe('openCorpus', () => {
  let folder: string;
  let encoded: number;
  const opened: TokenShard[] = [];
  const shardsFolder = () => join(folder, 'shards');
  const corpusPath = () => join(folder, 'corpus.jsonl');
  const open = async ({ digest = null as string | null, tokenizer = 'checkpoint', shift = 0, signal = never } = {}) => {
    const vocabSize = 256 + shift;
    const encode = (text: string): number[] => {
      encoded++;
      return bytesOf(text).map((byte) => byte + shift);
    };
    const tokenizerFolder = join(folder, tokenizer);
    const options = { shardsFolder: shardsFolder(), corpusPath: corpusPath(), corpusDigest: digest, tokenizerFolder };
    const shard = await openCorpus({ ...options, tokenizer: { encode, vocabSize } }, signal);
    opened.push(shard);
    return shard;
  };
  const onlyShard = async () => {
    const names = await readdir(shardsFolder());
    expect(names).toHaveLength(1);
    return join(shardsFolder(), names[0]!);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shards-'));
    encoded = 0;
    for (const tokenizer of ['checkpoint', 'other']) {
      await mkdir(join(folder, tokenizer));
      await writeFile(join(folder, tokenizer, 'tokenizer.json'), JSON.stringify({ tokenizer }));
    }
    await writeFile(corpusPath(), TEXTS.map((text) => `${JSON.stringify({ text })}\n`).join(''));
  });
  afterEach(async () => {
    for (const shard of opened.splice(0)) shard.close();
    await rm(folder, { recursive: true });
  });

  test('tokenises a corpus once, for this process and others', async () => {
    const first = await open();
    expect(allOf(first)).toEqual(TEXTS.map(bytesOf));
    expect(encoded).toBe(TEXTS.length);
    expect(allOf(await open())).toEqual(TEXTS.map(bytesOf));
    expect(encoded).toBe(TEXTS.length);
  });
  test('reads any part of a document', async () => {
    const corpus = await open();
    expect([...corpus.read(1, 1, 4)]).toEqual(bytesOf('größe').slice(1, 4));
    expect([...corpus.read(3, 0, 1)]).toEqual(bytesOf('d'));
    expect(corpus.read(0, 2, 2)).toHaveLength(0);
  });
  test('takes two bytes a token where the vocabulary allows it, else four', async () => {
    const tokens = TEXTS.reduce((sum, text) => sum + bytesOf(text).length, 0);
    await open();
    expect((await stat(join(await onlyShard(), 'tokens.bin'))).size).toBe(2 * tokens);
    await rm(shardsFolder(), { recursive: true });
    expect(allOf(await open({ shift: 1 << 17 }))).toEqual(TEXTS.map((text) => bytesOf(text).map((b) => b + (1 << 17))));
    expect((await stat(join(await onlyShard(), 'tokens.bin'))).size).toBe(4 * tokens);
  });
  test('has a shard for each corpus and each tokenizer', async () => {
    await open();
    await open({ tokenizer: 'other' });
    await writeFile(corpusPath(), '{"text":"new"}\n');
    expect(allOf(await open())).toEqual([bytesOf('new')]);
    expect(await readdir(shardsFolder())).toHaveLength(3);
  });
  test('goes on from the shard when the corpus has changed or gone since', async () => {
    const digest = await corpusDigest(corpusPath());
    await open({ digest });
    await rm(corpusPath());
    expect(allOf(await open({ digest }))).toEqual(TEXTS.map(bytesOf));
  });
  test('refuses to tokenise another corpus than the one that was pinned', async () => {
    const digest = await corpusDigest(corpusPath());
    await writeFile(corpusPath(), '{"text":"new"}\n');
    await expect(open({ digest })).rejects.toThrow(CorpusChangedError);
    await rm(corpusPath());
    await expect(open({ digest })).rejects.toThrow(CorpusNotFoundError);
    await expect(readdir(shardsFolder())).rejects.toThrow('ENOENT');
  });

  test.each<[string, (shard: string) => Promise<void>]>([
    ['a flipped bit among the tokens', async (shard) => flipBit(join(shard, 'tokens.bin'), 7)],
    ['a flipped bit among the offsets', async (shard) => flipBit(join(shard, 'offsets.bin'), 9)],
    ['tokens cut short', async (shard) => truncate(join(shard, 'tokens.bin'), 10)],
    ['no tokens', async (shard) => rm(join(shard, 'tokens.bin'))],
    ['no offsets', async (shard) => rm(join(shard, 'offsets.bin'))],
    ['no manifest', async (shard) => rm(join(shard, 'manifest.json'))],
    ['half a manifest', async (shard) => truncate(join(shard, 'manifest.json'), 30)],
    ['nothing in it', async (shard) => rm(shard, { recursive: true }).then(() => mkdir(shard))],
    ['no folder', async (shard) => rm(shard, { recursive: true })],
  ])('makes a shard again that has %s', async (_, damage) => {
    (await open()).close();
    const shard = await onlyShard();
    const files = async () =>
      Promise.all(['tokens.bin', 'offsets.bin', 'manifest.json'].map((f) => readFile(join(shard, f))));
    const whole = await files();
    await damage(shard);
    expect(allOf(await open())).toEqual(TEXTS.map(bytesOf));
    expect(encoded).toBe(2 * TEXTS.length);
    expect(await files()).toEqual(whole);
  });
  test('does not make a damaged shard out of another corpus', async () => {
    const digest = await corpusDigest(corpusPath());
    (await open({ digest })).close();
    await flipBit(join(await onlyShard(), 'tokens.bin'), 7);
    await writeFile(corpusPath(), '{"text":"new"}\n');
    await expect(open({ digest })).rejects.toThrow(CorpusChangedError);
  });
  test('stops when told to, leaves nothing behind, and clears away what a killed writer left', async () => {
    const stop = new AbortController();
    const slow = Array.from({ length: 600 }, (_, i) => `${JSON.stringify({ text: 'y'.repeat(20_000) + i })}\n`);
    await writeFile(corpusPath(), slow.join(''));
    setTimeout(() => stop.abort(new Error('stopped')), 20);
    await expect(open({ signal: stop.signal })).rejects.toThrow('stopped');
    expect(await readdir(shardsFolder())).toEqual([]);
    await writeFile(corpusPath(), '{"text":"new"}\n');
    (await open()).close();
    const key = (await onlyShard()).split('/').at(-1)!;
    await rm(join(shardsFolder(), key), { recursive: true });
    await mkdir(join(shardsFolder(), `.${key}.tmp-999999999-abcd`));
    await open();
    expect(await readdir(shardsFolder())).toEqual([key]);
  });
});

async function flipBit(path: string, at: number): Promise<void> {
  const content = await readFile(path);
  content[at]! ^= 1;
  await writeFile(path, content);
}
