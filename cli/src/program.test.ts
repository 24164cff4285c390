import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

/** Runs `leti` in this process; no command of these tests gets as far as a service. */
async function leti(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        written[name] += chunk.toString('utf8');
        done();
      },
    });
  const signal = new AbortController().signal;
  const code = await runProgram(args, { stdout: sink('stdout'), stderr: sink('stderr'), signal });
  return { code, ...written };
}

test.each(['start', 'doctor', 'up', 'train', 'runs', 'model', 'sample', 'evaluate', 'benchmark'])(
  'the help of %s has examples',
  async (name) => {
    const { code, stdout } = await leti(name, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:\n  $ ');
  },
);

test.each(['list', 'show', 'watch', 'cancel', 'resume', 'compare'])(
  'the help of runs %s has its own examples',
  async (name) => {
    const { code, stdout } = await leti('runs', name, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`Examples:\n  $ leti runs ${name}`);
  },
);

test.each(['import', 'inspect'])('the help of model %s has its own examples', async (name) => {
  const { code, stdout } = await leti('model', name, '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`Examples:\\n  \\$ .*leti model ${name}`));
});

test('the help documents the exit codes', async () => {
  const { code, stdout } = await leti('--help');
  expect(code).toBe(0);
  expect(stdout).toContain('Exit codes: 0 ok; 1 ');
});

test('without a command it shows its help, as bad usage', async () => {
  const { code, stderr } = await leti();
  expect(code).toBe(2);
  expect(stderr).toContain('Usage: leti');
});

test('services that do not answer are exit code 3, with addresses and what to do', async () => {
  const { code, stdout, stderr } = await leti(
    'runs',
    'list',
    '--trainer-address',
    '127.0.0.1:1',
    '--benchmark-address',
    '127.0.0.1:2',
    '--json',
  );
  expect(code).toBe(3);
  expect(stderr).toContain(
    'leti runs list: no answer from the trainer at 127.0.0.1:1, the benchmark service at 127.0.0.1:2\n',
  );
  expect(stderr).toContain("start the services with 'leti up'");
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
});

test.each([
  [['sample', '--prompt', 'x', '--seed', '18446744073709551616'], /from 0 to 18446744073709551615/],
  [['sample', '--prompt', 'x', '--top-p', '0'], /--top-p/],
  [['sample', '--prompt', 'x', '--condition', 'great'], /none, good, bad/],
  [['up', '--metrics-address', '9090'], /--metrics-address.*Expected host:port/],
  [['up', '--runtime', 'docker'], /--runtime.*Allowed choices are auto, gvisor, sandlock, unsafe-process/],
  [['evaluate', '-', '--runtime', 'gvisor', '--unsafe'], /--unsafe.*cannot be used with.*--runtime/],
  [['up', '--base-port', '70000'], /from 0 to 65532/],
  [['runs', 'list', '--trainer-address', 'nowhere'], /Expected host:port/],
  [['evaluate', '--task', 'humaneval'], /--task humaneval: expected --solutions FILE/],
  [['evaluate', '--solutions', 'x.jsonl'], /--solutions x.jsonl: expected --task NAME/],
  [['train', '--config', 'x.yaml', '--set', 'iterations'], /--set: expected key=value, got 'iterations'/],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await leti(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
