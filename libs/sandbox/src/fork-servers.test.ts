import { readFileSync } from 'node:fs';
import { judgeByVerifier, judgeReturnedValue, type JudgeRule, type Program } from '@leti/leti';
import { afterAll, describe, expect, test } from 'vitest';
import { SandboxLostError } from './index.ts';
import { processesOf } from './testing/sandbox-processes.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const program = (solution: string, judged: readonly string[] | JudgeRule): Program => ({
  programId: 'p',
  prompt: '',
  solution,
  testSetupCode: '',
  limits: {},
  ...('kind' in judged ? { tests: [], judge: judged } : { tests: judged }),
});

/** Counts in the process's own memory what no page of this text has in one piece; `write` tells what cannot be read. */
const LOOKS_FOR_TEXT = `
import ctypes, os
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
reading, writing = os.pipe()
parts = ["an earlier", "program's text"]
wanted = " ".join(parts).encode()
PAGE = 4096
pages = {}

def look(start, step):
    address, missed = start // PAGE * PAGE, 0
    while missed < 64 and len(pages) < 40000:
        if address not in pages:
            size = libc.write(writing, address, PAGE)
            pages[address] = os.read(reading, PAGE) if size > 0 else b""
        missed = 0 if pages[address] else missed + 1
        address += step

look(libc.sbrk(0) - PAGE, -PAGE)
for place in [id(each) for each in (object(), [], b"x" * 300, "y" * 5000, b"z" * 300000)]:
    look(place, PAGE)
    look(place, -PAGE)
looked_at = len(pages)
found = sum(page.count(wanted + b" is long") for page in pages.values())
`;

for (const runtime of ['sandlock', 'gvisor'] as const) {
  const runner = await startRunnerOrSkip(`fork servers of ${runtime}`, { runtime, slots: 1, keptVerdicts: 0 });
  afterAll(() => runner?.close());

  test.skipIf(runner === undefined)(`a program in ${runtime} finds no earlier one's text in its memory`, async () => {
    // What of a freed text is written over depends on its size and on that of the next.
    for (const length of [0, 300, 3_000, 30_000, 300_000]) {
      const earlier = `text = "an earlier program's text is long"\n#${'#'.repeat(length)}\nx = 1\n`;
      expect((await runner!.evaluate(program(earlier, ['assert x == 1']))).outcome).toBe('passed');
    }
    const { outcome, feedback } = await runner!.evaluate(
      program(LOOKS_FOR_TEXT, ['assert looked_at > 500', 'assert found == 0']),
    );
    expect({ outcome, feedback }).toEqual({ outcome: 'passed', feedback: '' });
  });
}

const runner = await startRunnerOrSkip('fork servers', { slots: 1, keptVerdicts: 0 });
afterAll(() => runner?.close());

describe.skipIf(runner === undefined)('a fork server of judges', () => {
  const value = (expected: string): JudgeRule => judgeReturnedValue('x', expected);
  const servers = (): number[] => processesOf('judge server');

  test('does not grow with large problems, which are judged like small ones', async () => {
    const grown = memoryOf(servers());
    for (let i = 0; i < 4; i++) {
      const { outcome } = await runner!.evaluate(
        program(`x = [{}] * 100000 + [${i}]\n`, value(`[${'{}, '.repeat(100_000)}${i}]`)),
      );
      expect(outcome).toBe('passed');
    }
    expect(memoryOf(servers()) - grown).toBeLessThan(16 * 2 ** 20);
  });

  test('outlives a literal that the interpreter cannot write out', async () => {
    const before = servers();
    const digits = 'f'.repeat(5_000);
    const right = await runner!.evaluate(program(`x = int("f" * 5000, 16)\n`, value(`0x${digits}`)));
    const wrong = await runner!.evaluate(program(`x = int("f" * 4999, 16)\n`, value(`0x${digits}`)));
    expect([right.outcome, wrong.outcome]).toEqual(['passed', 'failed_assertion']);
    expect(servers()).toEqual(before);
  });
});

describe.skipIf(runner === undefined)('what stands where the judge reports', () => {
  const frame = (body: string): string => `len(${body}).to_bytes(4, "little") + ${body}`;

  test.for([
    ['no frame', 'b"\\xff\\xff\\xff\\x7f"'],
    ['no JSON', frame('b"{"')],
    ['nesting without end', frame('b"[" * 100000')],
    ['no message', frame('b"{}"')],
    ['two messages in one', frame(`b'{"test": 0, "fault": ""}'`)],
    ['a test that cannot be', frame(`b'{"test": 99999999999}'`)],
    ['a fault without words', frame(`b'{"fault": 1}'`)],
    ['a refusal of another form', frame(`b'{"refused": {"field": 1}}'`)],
    [
      'an unknown outcome',
      frame(`b'{"verdict": {"outcome": "?", "feedback": "", "exceptionType": "", "failedTestIndex": null}}'`),
    ],
    ['half a verdict', frame(`b'{"verdict": {"outcome": "passed"}}'`)],
  ])('is no verdict and ends no supervisor: %s', async ([, bytes]) => {
    const { lost } = runner!.counts.sandboxesReplaced;
    const verifier = `import os\ndef verify(value, reference):\n    os.write(4, ${bytes})\n`;
    const evaluation = runner!.evaluate(program('x = 1\n', judgeByVerifier('x', verifier)));
    await expect(evaluation).rejects.toThrow(SandboxLostError);
    await expect(evaluation).rejects.toThrow('what the judge reported cannot be read');
    expect(runner!.counts.sandboxesReplaced.lost).toBe(lost);
  });

  test('is no index when it is none', async () => {
    const verifier = (writes: string): string =>
      `import os\ndef verify(value, reference):\n    ${writes}\n    return "no"\n`;
    for (const writes of ['os.ftruncate(5, 2)', 'os.pwrite(5, b"\\xff" * 4, 0)']) {
      const { outcome, failedTestIndex } = await runner!.evaluate(
        program('x = 1\n', judgeByVerifier('x', verifier(writes))),
      );
      expect({ outcome, failedTestIndex }).toEqual({ outcome: 'failed_assertion', failedTestIndex: 0 });
    }
  });
});

/** Resident bytes of these processes together. */
function memoryOf(pids: readonly number[]): number {
  const kib = pids.map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]));
  return 1024 * kib.reduce((sum, each) => sum + each, 0);
}
