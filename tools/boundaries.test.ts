import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, runCommand } from './run-command.ts';

const layers = (layer: string, rest: object) => JSON.stringify({ nx: { tags: [`layer:${layer}`] }, ...rest });

const MANIFESTS = {
  'package.json': JSON.stringify({ name: 'w', workspaces: ['libs/*', 'cli'], devDependencies: { vitest: '1' } }),
  'libs/low/package.json': layers('domain', {
    name: '@w/low',
    dependencies: { '@w/high': '1', '@grpc/grpc-js': '1', zod: '1', '@tensorflow/tfjs': '1' },
    devDependencies: { '@w/matchers': '1' },
  }),
  'libs/nn/package.json': layers('domain', { name: '@w/nn', dependencies: { '@tensorflow/tfjs': '1' } }),
  'libs/high/package.json': layers('adapter', { name: '@w/high', dependencies: { '@w/low': '1', '@w/cli': '1' } }),
  'libs/matchers/package.json': layers('adapter', { name: '@w/matchers' }),
  'cli/package.json': layers('service', { name: '@w/cli', dependencies: { '@w/low': '1', '@w/high': '1' } }),
};

const DEP_CONSTRAINTS = [
  {
    sourceTag: 'layer:domain',
    onlyDependOnLibsWithTags: ['layer:domain'],
    bannedExternalImports: ['@grpc/*'],
  },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:domain', 'layer:adapter'] },
  { sourceTag: 'layer:service', onlyDependOnLibsWithTags: ['layer:domain', 'layer:adapter'] },
];

/** A file with one import, and what the rule must say about it; undefined: nothing. */
const CASES: readonly (readonly [fact: string, file: string, specifier: string, message: string | undefined])[] = [
  ['a declared dependency', 'libs/low/src/a.ts', 'zod', undefined],
  ['a declared dependency’s subpath', 'libs/low/src/b.ts', 'zod/mini', undefined],
  ['a module of Node', 'libs/low/src/c.ts', 'node:fs', undefined],
  ['an own file', 'libs/low/src/d.ts', './a.ts', undefined],
  ['an adapter using a domain', 'libs/high/src/a.ts', '@w/low', undefined],
  ['a service using an adapter, one folder deep', 'cli/src/a.ts', '@w/high', undefined],
  ['vitest in a test', 'libs/low/src/a.test.ts', 'vitest', undefined],
  ['vitest in test support', 'libs/low/src/testing/a.ts', 'vitest', undefined],
  ['an adapter among the devDependencies, in a test', 'libs/low/src/b.test.ts', '@w/matchers', undefined],
  ['a package of itself, in a test', 'libs/low/src/c.test.ts', '@w/low', undefined],
  ['any package, in the workspace’s own tests', 'test/e2e/a.test.ts', '@w/cli', undefined],
  ['tfjs in its one importer', 'libs/nn/src/a.ts', '@tensorflow/tfjs', undefined],
  ['tfjs anywhere else', 'libs/low/src/h.ts', '@tensorflow/tfjs', 'only @w/nn may import'],
  ['an undeclared package', 'libs/low/src/e.ts', 'chalk', "'chalk' is not a dependency in @w/low's package.json"],
  ['vitest outside tests', 'libs/low/src/f.ts', 'vitest', "'vitest' is not a dependency"],
  ['a devDependency outside tests', 'libs/low/src/g.ts', '@w/matchers', "'@w/matchers' is not a dependency"],
  ['an undeclared package in a test', 'libs/low/src/d.test.ts', 'chalk', 'neither a dependency nor a devDependency'],
  ['a domain using an adapter', 'libs/low/src/i.ts', '@w/high', 'layer:domain may not depend on @w/high'],
  ['an adapter using a service', 'libs/high/src/b.ts', '@w/cli', 'layer:adapter may not depend on @w/cli'],
  ['a domain using a banned package', 'libs/low/src/j.ts', '@grpc/grpc-js', "layer:domain may not import '@grpc/"],
  ['a path out of the package', 'libs/low/src/k.ts', '../../high/src/a.ts', 'leaves the package @w/low'],
  ['a package importing itself', 'libs/high/src/c.ts', '@w/high', 'does not import itself by name'],
];

interface Diagnostic {
  readonly message: string;
  readonly filename: string;
}

describe('boundaries/dependencies', () => {
  let folder = '';
  let found: readonly Diagnostic[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leti-boundaries-'));
    const config = {
      jsPlugins: [join(root, 'tools', 'boundaries.ts')],
      categories: { correctness: 'off' },
      rules: {
        'boundaries/dependencies': [
          'error',
          { depConstraints: DEP_CONSTRAINTS, onlyImporters: { '@tensorflow/*': '@w/nn' } },
        ],
      },
    };
    const sources = CASES.map(([, file, specifier]) => [file, `import '${specifier}';\n`] as const);
    for (const [file, text] of [
      ...Object.entries(MANIFESTS),
      ...sources,
      ['.oxlintrc.json', JSON.stringify(config)] as const,
    ]) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    await mkdir(join(folder, 'node_modules', '@w'), { recursive: true });
    for (const path of ['libs/low', 'libs/nn', 'libs/high', 'libs/matchers', 'cli']) {
      await symlink(join(folder, path), join(folder, 'node_modules', '@w', path.split('/').at(-1) ?? ''));
    }
    const { output } = await runCommand('oxlint', ['--format', 'json'], { cwd: folder });
    found = (JSON.parse(output) as { diagnostics: Diagnostic[] }).diagnostics;
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(CASES)('%s (%s)', (_, file, __, message) => {
    const messages = found.filter(({ filename }) => filename.endsWith(file)).map((each) => each.message);
    expect(messages).toHaveLength(message === undefined ? 0 : 1);
    expect(messages.join()).toContain(message ?? '');
  });
});
