import { appendFile, mkdtemp, readFile, rm, symlink, mkdir, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JudgedGroup, PhaseClock, sampleFigures, summarizeGroup } from '@leti/leti';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunPaths, runPaths, StoreFullError } from '@leti/runs';
import { createLedger } from './ledger.ts';
import { exampleGroup } from './testing/example-group.ts';

const [a, b] = ['a', 'b'].map(exampleGroup) as [JudgedGroup, JudgedGroup];

describe('ledger', () => {
  let paths: RunPaths;
  const open = () => createLedger(paths, new PhaseClock(() => performance.now()));
  const record = (ledger: ReturnType<typeof open>, group: JudgedGroup) =>
    ledger.recordGroup(1, group, summarizeGroup(group));
  const finished = async () => (await open().finishedGroups(1)).map(({ problemId }) => problemId);
  const samplesIn = async (file: string) =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const { problemId, sampleIndex } = JSON.parse(line) as { problemId: string; sampleIndex: number };
        return `${problemId}:${sampleIndex}`;
      });

  beforeEach(async () => {
    paths = runPaths(await mkdtemp(join(tmpdir(), 'ledger-')));
  });
  afterEach(() => rm(paths.folder, { recursive: true }));

  test('remembers finished groups over a restart', async () => {
    const ledger = open();
    await record(ledger, a);
    await record(ledger, b);
    expect(await finished()).toEqual(['a', 'b']);
    expect(await open().finishedGroups(1)).toEqual([a, b].map(summarizeGroup));
    expect(await open().finishedGroups(2)).toEqual([]);
  });

  test.each<[string, (files: ReturnType<RunPaths['iteration']>) => Promise<void>]>([
    [
      'lines without their commit',
      async ({ solutions }) => appendFile(solutions, '{"problemId":"b","sampleIndex":0}\n'),
    ],
    ['half a line of a solution', async ({ solutions }) => appendFile(solutions, '{"problemId":"b","samp')],
    ['half a line of an evaluation', async ({ evaluations }) => appendFile(evaluations, '{"pro')],
    ['half a commit', async ({ groups }) => appendFile(groups, '{"problemId":"b","samples":2,"passed":')],
  ])('%s is cut off, and the group recorded once', async (_, crash) => {
    const files = paths.iteration(1);
    await record(open(), a);
    await crash(files);
    const ledger = open();
    expect((await ledger.finishedGroups(1)).map(({ problemId }) => problemId)).toEqual(['a']);
    await record(ledger, b);
    expect(await finished()).toEqual(['a', 'b']);
    for (const file of [files.solutions, files.evaluations])
      expect(await samplesIn(file)).toEqual(['a:0', 'a:1', 'b:0', 'b:1']);
  });

  test('a group whose lines were lost is told of, and no longer finished', async () => {
    await record(open(), a);
    await truncate(paths.iteration(1).evaluations, 10);
    const told: string[] = [];
    const clock = new PhaseClock(() => performance.now());
    const ledger = createLedger(
      paths,
      clock,
      (iteration, { problemId }) => void told.push(`${iteration} ${problemId}`),
    );
    expect(await ledger.finishedGroups(1)).toEqual([]);
    expect(told).toEqual(['1 a']);
  });

  test('a full disk fails the group and keeps those before', async () => {
    const full = paths.iteration(2);
    await record(open(), a);
    await mkdir(full.folder, { recursive: true });
    await symlink('/dev/full', full.evaluations);
    await expect(open().recordGroup(2, b, summarizeGroup(b))).rejects.toThrow(StoreFullError);
    await rm(full.evaluations);
    const ledger = open();
    expect(await ledger.finishedGroups(2)).toEqual([]);
    await ledger.recordGroup(2, b, summarizeGroup(b));
    expect(await samplesIn(full.solutions)).toEqual(['b:0', 'b:1']);
    expect(await finished()).toEqual(['a']);
  });

  test('an iteration is finished once its figures are written', async () => {
    const ledger = open();
    await record(ledger, a);
    expect(await ledger.finishedIterations()).toEqual([]);
    const checkpoint = { path: paths.checkpoint(1), digest: 'sha256:1' };
    const figures = sampleFigures([summarizeGroup(a)]);
    await ledger.recordIteration(1, {
      checkpoint,
      figures,
      validation: [],
      losses: { fcftLoss: 1, pretrainingLoss: 0 },
    });
    expect(await open().finishedIterations()).toEqual([{ checkpoint, validation: [] }]);
  });

  test('measures on where the last finished group was', async () => {
    const clock = new PhaseClock(() => performance.now());
    const ledger = createLedger(paths, clock);
    await ledger.finishedGroups(1);
    clock.add('sample', 3);
    await record(ledger, a);
    const after = new PhaseClock(() => performance.now());
    await createLedger(paths, after).finishedGroups(1);
    expect(after.seconds()).toEqual({ sample: 3 });
  });
});
