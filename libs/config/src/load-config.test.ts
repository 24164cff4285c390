import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { configHelp } from './config-help.ts';
import { loadConfig } from './load-config.ts';

const schema = z.strictObject({
  address: z.string().default('127.0.0.1:50052').describe('host:port to listen on'),
  slots: z.int().min(1).max(64).default(2),
  runtime: z.enum(['auto', 'sandlock']).default('auto'),
  allowUnsafe: z.boolean().default(false),
  stop: z.array(z.string()).default([]),
  seed: z.bigint().optional(),
  limits: z.strictObject({ cpuTimeMs: z.number().positive().default(5000), label: z.string().optional() }).prefault({}),
});
const PREFIX = 'LETI_EVALUATOR';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leti-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const yaml = (text: string): string => {
  const path = join(folder, 'evaluator.yaml');
  writeFileSync(path, text);
  return path;
};
const load = (argv: readonly string[] = [], env: Record<string, string> = {}, yamlPath?: string) =>
  loadConfig(schema, { argv, env, prefix: PREFIX, ...(yamlPath === undefined ? {} : { yamlPath }) });
const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message.split('\n').map((line) => line.trim().replaceAll(folder, ''));
    throw error;
  }
  throw new Error('no ConfigError');
};

describe('loadConfig', () => {
  test('gives the defaults when nothing is set', () => {
    expect(load()).toEqual({
      address: '127.0.0.1:50052',
      slots: 2,
      runtime: 'auto',
      allowUnsafe: false,
      stop: [],
      limits: { cpuTimeMs: 5000 },
    });
  });

  test('takes flags before environment before YAML before defaults', () => {
    const file = yaml('slots: 3\nruntime: sandlock\naddress: a:1\nlimits:\n  cpuTimeMs: 10\n  label: x\n');
    const env = { LETI_EVALUATOR_SLOTS: '4', LETI_EVALUATOR_ADDRESS: 'b:2', LETI_EVALUATOR_LIMITS_CPU_TIME_MS: '20' };
    const config = load(['--slots', '5', '--limits.label=y'], env, file);
    expect(config).toMatchObject({
      slots: 5,
      address: 'b:2',
      runtime: 'sandlock',
      limits: { cpuTimeMs: 20, label: 'y' },
    });
  });

  test('reads the file that --config or the variable names', () => {
    const file = yaml('slots: 7');
    expect(load(['--config', file]).slots).toBe(7);
    expect(load([], { LETI_EVALUATOR_CONFIG: file }).slots).toBe(7);
  });

  test.each([
    [['--allow-unsafe'], { allowUnsafe: true }],
    [['--allow-unsafe=false'], { allowUnsafe: false }],
    [['--allow-unsafe', 'false', '--slots', '3'], { allowUnsafe: false, slots: 3 }],
    [['--no-allow-unsafe'], { allowUnsafe: false }],
    [['--stop', 'a,b', '--stop', 'c'], { stop: ['a', 'b', 'c'] }],
    [['--seed', '18446744073709551615'], { seed: 18446744073709551615n }],
    [['--address='], { address: '' }],
  ])('understands %j', (argv, expected) => {
    expect(load(argv)).toMatchObject(expected);
  });

  test('keeps every digit of a large integer in YAML', () => {
    expect(load([], {}, yaml('seed: 18446744073709551615')).seed).toBe(18446744073709551615n);
    expect(load([], {}, yaml('seed: 5')).seed).toBe(5n);
  });

  test.each<[string, readonly string[], Record<string, string>, string | undefined, readonly string[]]>([
    ['a value out of range', ['--slots', '0'], {}, undefined, ['--slots: expected at least 1, got 0']],
    ['a negative value', ['--slots', '-3'], {}, undefined, ['--slots: expected at least 1, got -3']],
    ['text for a number', ['--slots', 'two'], {}, undefined, ['--slots: expected a number, got "two"']],
    ['an unknown flag', ['--slot', '3'], {}, undefined, ['--slot: unknown flag; did you mean --slots?']],
    ['a flag without its value', ['--slots'], {}, undefined, ['--slots: needs a value after it']],
    ['a flag given twice', ['--slots', '1', '--slots=2'], {}, undefined, ['--slots: given twice']],
    ['a bare argument', ['5'], {}, undefined, ['5: unexpected argument; settings are given as --key value']],
    [
      'a bad variable',
      [],
      { LETI_EVALUATOR_SLOTS: 'x' },
      undefined,
      ['LETI_EVALUATOR_SLOTS slots: expected a number, got "x"'],
    ],
    [
      'an unknown variable',
      [],
      { LETI_EVALUATOR_SLOT: '1' },
      undefined,
      ['LETI_EVALUATOR_SLOT: unknown variable; did you mean LETI_EVALUATOR_SLOTS?'],
    ],
    ['a bad value in YAML', [], {}, '# c\nslots: 99\n', ['/evaluator.yaml:2:8 slots: expected at most 64, got 99']],
    [
      'a wrong key in YAML',
      [],
      {},
      'address: a:1\nslot: 3\n',
      ['/evaluator.yaml:2:1 slot: unknown key; did you mean slots?'],
    ],
    [
      'a wrong nested key in YAML',
      [],
      {},
      'limits:\n  cpu-time-ms: 3\n',
      ['/evaluator.yaml:2:3 limits.cpu-time-ms: unknown key; did you mean cpuTimeMs?'],
    ],
    [
      'a scalar where an object belongs',
      ['--limits.cpu-time-ms', '3'],
      {},
      'limits: 5\n',
      ['/evaluator.yaml:1:9 limits: expected an object with keys, got 5'],
    ],
    [
      'a value outside an enum',
      ['--runtime', 'docker'],
      {},
      undefined,
      ['--runtime: expected one of auto, sandlock, got "docker"'],
    ],
    ['a list as the file', [], {}, '- 1\n', ['/evaluator.yaml:1:1: expected settings, one `key: value` per line']],
    ['a key twice in YAML', [], {}, 'slots: 1\nslots: 2\n', ['/evaluator.yaml:2:1: map keys must be unique']],
  ])('names the place of %s', (_, argv, env, text, expected) => {
    expect(problemsOf(() => load(argv, env, text === undefined ? undefined : yaml(text)))).toEqual(expected);
  });

  test('tells every problem at once', () => {
    const file = yaml('slots: many\nadress: a\n');
    expect(problemsOf(() => load(['--verbose'], { LETI_EVALUATOR_RUNTIME: 'none' }, file))).toEqual([
      '4 problems:',
      '--verbose: unknown flag',
      '/evaluator.yaml:2:1 adress: unknown key; did you mean address?',
      '/evaluator.yaml:1:8 slots: expected a number, got "many"',
      'LETI_EVALUATOR_RUNTIME runtime: expected one of auto, sandlock, got "none"',
    ]);
  });

  test('names the missing file and the other problems', () => {
    expect(problemsOf(() => load(['--slots', '0'], {}, join(folder, 'none.yaml')))).toEqual([
      '2 problems:',
      '/none.yaml: no such file',
      '--slots: expected at least 1, got 0',
    ]);
  });

  test('says how to give a required setting', () => {
    const required = z.strictObject({ store: z.string() });
    expect(problemsOf(() => loadConfig(required, { argv: [], env: {}, prefix: 'LETI_TRAINER_' }))).toEqual([
      '--store (or LETI_TRAINER_STORE): required, expected text',
    ]);
  });

  test('ignores the variables that Kubernetes makes of a service with our name', () => {
    const env = { LETI_EVALUATOR_SERVICE_HOST: '10.0.0.1', LETI_EVALUATOR_PORT_50052_TCP_ADDR: '10.0.0.1' };
    expect(load([], env).slots).toBe(2);
  });

  test('treats an empty variable as not set', () => {
    expect(load([], { LETI_EVALUATOR_SLOTS: '' }).slots).toBe(2);
  });
});

describe('configHelp', () => {
  test('lists flag, description, default and variable', () => {
    const help = configHelp(schema, { prefix: PREFIX });
    expect(help).toContain('--address TEXT');
    expect(help).toContain('host:port to listen on (default "127.0.0.1:50052", LETI_EVALUATOR_ADDRESS)');
    expect(help).toContain('--limits.cpu-time-ms N');
    expect(help).toContain('--config TEXT');
  });
});
