import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SandboxLostError } from './index.ts';
import { inPython } from './testing/in-python.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const folder = mkdtempSync(join(tmpdir(), 'leti-forks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes files below the test's folder. @returns its path */
function files(contents: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(folder, 'files-'));
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const SCRIPT = `
from leti_sandbox.refused_forks import RefusedForks, event_files
found = event_files(root + "/groups", root + "/mount")
forks = RefusedForks(found)
seen = [forks.moved()]
for path in found[-1:]:
    with open(path, "w") as file: file.write("max 1")
print(json.dumps([[path[len(root):] for path in found], *seen, forks.moved()]))`;

describe('forks that the machine refuses are told', () => {
  test.each([
    [
      'by the groups from its own up',
      { groups: '0::/a/b\n', 'mount/a/b/pids.events': 'max 0', 'mount/a/pids.events': 'max 0' },
      [['/mount/a/b/pids.events', '/mount/a/pids.events'], false, true],
    ],
    [
      'by what a container sees of the path that the host has for it',
      { groups: '0::/kubepods/pod/x\n', 'mount/pids.events': 'max 0' },
      [['/mount/pids.events'], false, true],
    ],
    [
      'by a hierarchy of their own, too',
      {
        groups: '8:pids:/a\n4:memory:/b\n0::/\n',
        'mount/pids/a/pids.events': 'max 0',
        'mount/memory/b/pids.events': '',
      },
      [['/mount/pids/a/pids.events'], false, true],
    ],
    ['by nothing where there is no such group', { groups: '0::/\n' }, [[], false, false]],
    ['by nothing where there are no groups', {}, [[], false, false]],
  ])('%s', (_, contents, expected) => {
    expect(inPython(SCRIPT, { root: files(contents) })).toEqual(expected);
  });
});

const FORKS = `import os, time
for _ in range(6):
    if os.fork() == 0:
        time.sleep(100)
def f(): return 1
`;
const GROUP = `/sys/fs/cgroup/pids/leti-test-${process.pid}`;
/** An interpreter in a control group of its own, undefined where none can be made. */
function groupedInterpreter(): string | undefined {
  try {
    mkdirSync(GROUP);
  } catch {
    return undefined;
  }
  const path = join(folder, 'python');
  writeFileSync(path, `#!/bin/sh\necho $$ >${GROUP}/cgroup.procs\nexec python3 "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

const pythonPath = groupedInterpreter();
const options = { runtime: 'sandlock', slots: 1, keptVerdicts: 0 } as const;
const runner = pythonPath && (await startRunnerOrSkip('refused forks', { ...options, pythonPath }));
afterAll(async () => {
  if (runner) await runner.close();
  if (existsSync(GROUP)) rmdirSync(GROUP);
});

describe.skipIf(!runner)('a program whose forks a group of the whole machine refuses', () => {
  const evaluate = (solution: string, processes: number) =>
    (runner || undefined)!.evaluate({
      programId: 'p',
      prompt: '',
      solution,
      testSetupCode: '',
      tests: ['assert f() == 1'],
      limits: { processes },
    });
  const bound = (more: number | 'max'): void => {
    const room = more === 'max' ? more : String(Number(readFileSync(`${GROUP}/pids.current`, 'utf8')) + more);
    writeFileSync(`${GROUP}/pids.max`, room);
  };

  test('has no verdict', async () => {
    bound(4);
    const running = evaluate(FORKS, 16);
    await expect(running).rejects.toThrow(SandboxLostError);
    await expect(running).rejects.toThrow('the machine had no room for more processes');
  });

  test('is over its own limit where it is that', async () => {
    bound('max');
    expect(await evaluate(FORKS, 16)).toMatchObject({ outcome: 'passed' });
    expect(await evaluate(FORKS, 4)).toMatchObject({ outcome: 'process_limit', executions: 1 });
  });
});
