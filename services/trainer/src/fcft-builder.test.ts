import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JudgedGroup, PhaseClock, type SequenceOptions, summarizeGroup } from '@leti/leti';
import { CorruptStoreError, type RunPaths, runPaths } from '@leti/runs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FcftBuilder } from './fcft-builder.ts';
import { createLedger } from './ledger.ts';
import { EXAMPLE_EOS, exampleGroup, exampleTokenizer } from './testing/example-group.ts';

const [a, b, c] = ['a', 'b', 'c'].map(exampleGroup) as [JudgedGroup, JudgedGroup, JudgedGroup];
const [A, B, C, E] = [...Buffer.from('abcE')] as [number, number, number, number];
const linesOf = (...problems: readonly number[]) =>
  problems.flatMap((problem) => [
    [256, problem, 1, EXAMPLE_EOS],
    [257, 258, E, 259, problem, 2, EXAMPLE_EOS],
  ]);

describe('FcftBuilder', () => {
  let paths: RunPaths;
  let ledger: ReturnType<typeof createLedger>;
  const record = (group: JudgedGroup) => ledger.recordGroup(1, group, summarizeGroup(group));
  const open = (groups: readonly JudgedGroup[], sequences: Partial<SequenceOptions> = {}) =>
    new FcftBuilder({
      paths: paths.iteration(1),
      problems: groups.map(({ problem }) => problem),
      tokenizer: exampleTokenizer,
      sequences: {
        maxSequenceTokens: 100,
        binaryOnly: false,
        solutionTokens: 'sampled',
        endOfText: 'sampled',
        firstTokenLoss: false,
        ...sequences,
      },
    });
  const finish = async (builder: FcftBuilder) => (await builder.finish()).map(({ tokenIds }) => tokenIds);

  beforeEach(async () => {
    paths = runPaths(await mkdtemp(join(tmpdir(), 'fcft-')));
    ledger = createLedger(paths, new PhaseClock(() => performance.now()));
  });
  afterEach(() => rm(paths.folder, { recursive: true }));

  test('gives sequences in the order of problems and samples, not of recording', async () => {
    for (const group of [c, a, b]) await record(group);
    expect(await finish(open([a, b, c]))).toEqual(linesOf(A, B, C));
  });
  test('builds group by group while the ledger grows, to the same lines', async () => {
    const builder = open([a, b, c]);
    await builder.advance(); // there is no file yet
    for (const group of [b, c, a]) {
      await record(group);
      await builder.advance();
    }
    expect(await finish(builder)).toEqual(linesOf(A, B, C));
    const growing = await readFile(paths.iteration(1).fcft);
    await rm(paths.iteration(1).fcft);
    await finish(open([a, b, c]));
    expect(await readFile(paths.iteration(1).fcft)).toEqual(growing);
  });
  test('takes what was written before, which a person can read', async () => {
    await record(a);
    await finish(open([a]));
    const { mtimeMs } = await stat(paths.iteration(1).fcft);
    await rm(paths.iteration(1).groups);
    expect(await finish(open([a]))).toEqual(linesOf(A));
    expect((await stat(paths.iteration(1).fcft)).mtimeMs).toBe(mtimeMs);
    const [, failed] = (await readFile(paths.iteration(1).fcft, 'utf8')).split('\n');
    expect(JSON.parse(failed!)).toMatchObject({ reward: '<|bad|>', feedback: 'E', solution: 'größe 1' });
  });
  test.each<[string, (files: ReturnType<RunPaths['iteration']>) => Promise<void>]>([
    ['edited', async ({ fcft }) => writeFile(fcft, (await readFile(fcft, 'utf8')).replace('größe', 'grösse'))],
    ['longer', async ({ fcft }) => appendFile(fcft, '{"problemId":"b"')],
    ['gone', async ({ fcft }) => rm(fcft)],
    ['without its manifest', async ({ fcftManifest }) => rm(fcftManifest)],
    ['beside a damaged manifest', async ({ fcftManifest }) => writeFile(fcftManifest, '{"sha256":')],
  ])('makes it again when it is %s', async (_, damage) => {
    await record(a);
    await finish(open([a]));
    const whole = await readFile(paths.iteration(1).fcft);
    await damage(paths.iteration(1));
    expect(await finish(open([a]))).toEqual(linesOf(A));
    expect(await readFile(paths.iteration(1).fcft)).toEqual(whole);
  });
  test('makes it again under other settings', async () => {
    await record(a);
    await finish(open([a]));
    const binary = [linesOf(A)[0]!, [257, A, 2, EXAMPLE_EOS]];
    expect(await finish(open([a], { binaryOnly: true }))).toEqual(binary);
    expect(await finish(open([a]))).toEqual(linesOf(A));
  });
  test('does not build on an incomplete ledger', async () => {
    await record(a);
    await expect(finish(open([a, b]))).rejects.toThrow('holds nothing for b');
  });
  test('names the line of the ledger that is none', async () => {
    for (const group of [a, b]) await record(group);
    const { solutions } = paths.iteration(1);
    const text = await readFile(solutions, 'utf8');
    const at = text.lastIndexOf('"sampleIndex"');
    await writeFile(solutions, `${text.slice(0, at)}"sampleXndex"${text.slice(at + 13)}`);
    const read = finish(open([a, b]));
    await expect(read).rejects.toThrow(CorruptStoreError);
    await expect(read).rejects.toThrow('solutions.jsonl:4');
  });
});
