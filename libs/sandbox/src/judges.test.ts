import { readFileSync } from 'node:fs';
import {
  type Evaluation,
  judgeByVerifier,
  judgeReturnedValue,
  judgeStdio,
  judgeTextMatch,
  type JudgeRule,
  type Limits,
} from '@leti/leti';
import { describeWithData } from '@leti/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { InvalidProgramError, VerifierFailedError } from './index.ts';
import { gsm8kAnswers } from './testing/gsm8k-answers.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const runner = await startRunnerOrSkip('judges');
afterAll(() => runner?.close());

function judge(solution: string, rule: JudgeRule, limits: Partial<Limits> = {}): Promise<Evaluation> {
  const program = { programId: 'p', prompt: '', solution, testSetupCode: '', tests: [], limits, judge: rule };
  return runner!.evaluate(program);
}

const returned = (expected: string, options?: Parameters<typeof judgeReturnedValue>[2]): JudgeRule =>
  judgeReturnedValue('solution()', expected, options);
const solution = (value: string): string => `def solution():\n    return ${value}\n`;

describe.skipIf(runner === undefined)('a returned value', () => {
  test.for([
    ['18', '18', 'passed'],
    ['18.0', '18', 'passed'],
    ['18', '18.0', 'passed'],
    ['True', '1', 'failed_assertion'],
    ['1', 'True', 'failed_assertion'],
    ['{1: True}', '{1: True}', 'passed'],
    ['{True: 1}', '{1: 1}', 'failed_assertion'],
    ['(1, 2)', '[1, 2]', 'failed_assertion'],
    ['"18"', '18', 'failed_assertion'],
    ['None', 'None', 'passed'],
    ['10 ** 40 + 1', `${10n ** 40n}`, 'failed_assertion'],
    ['10 ** 40', `1${'0'.repeat(40)}`, 'passed'],
    ['0.1 + 0.2', '0.3', 'failed_assertion'],
    ['complex(18, 0)', '18', 'passed'],
    ['b"x"', "b'x'", 'passed'],
    ['float("nan")', '0', 'failed_assertion'],
    ['float("inf")', '1e999', 'passed'],
    ['{1, 2}', '{2, 1}', 'passed'],
    ['solution', '1', 'failed_assertion'],
  ] as const)('%s where %s is expected: %s', async ([value, expected, outcome]) => {
    expect(await judge(solution(value), returned(expected))).toMatchObject({ outcome });
  });

  test.for([
    ['100.9', '100', { absolute: 1, relative: 0 }, 'passed'],
    ['101.1', '100', { absolute: 1, relative: 0 }, 'failed_assertion'],
    ['101.1', '100', { absolute: 1, relative: 0.02 }, 'passed'],
    ['-101.1', '-100', { absolute: 0, relative: 0.02 }, 'passed'],
    ['[{"a": (1.0001,)}, "x"]', '[{"a": (1,)}, "x"]', { absolute: 0.001, relative: 0 }, 'passed'],
    ['10 ** 40 + 2', `${10n ** 40n}`, { absolute: 1, relative: 0 }, 'failed_assertion'],
    ['10 ** 40 + 1', `${10n ** 40n}`, { absolute: 1, relative: 0 }, 'passed'],
    ['10 ** 400', '1e308', { absolute: 0, relative: 0.5 }, 'failed_assertion'],
  ] as const)('%s where %s is expected, within %o: %s', async ([value, expected, tolerance, outcome]) => {
    expect(await judge(solution(value), returned(expected, { tolerance }))).toMatchObject({ outcome });
  });

  test.for([
    ['1,800.50', '1800.5', 'passed'],
    ['-$1,800', '-1800', 'passed'],
    ['$-1,800', '-1800', 'passed'],
    ['18.', '18', 'passed'],
    ['12%', '12', 'passed'],
    ['12%', '0.12', 'failed_assertion'],
    ['18 dollars', '18', 'failed_assertion'],
    ['1,80', '180', 'failed_assertion'],
    ['18', "'18'", 'passed'],
    ['e5', '5', 'failed_assertion'],
    ['', '0', 'failed_assertion'],
    ['nan', '0', 'failed_assertion'],
    ['1_000', '1000', 'failed_assertion'],
    ['1e999', '1e999', 'failed_assertion'],
    ['1e999', '1'.padEnd(1_000, '0'), 'passed'],
  ] as const)('the text %j where %s is expected, numbers from text: %s', async ([text, expected, outcome]) => {
    const rule = returned(expected, { numbersFromText: true });
    expect(await judge(solution(JSON.stringify(text)), rule)).toMatchObject({ outcome });
  });

  test('that is wrong has the feedback of an assertion in its place', async () => {
    expect(await judge(solution('17'), returned('18'))).toMatchObject({
      outcome: 'failed_assertion',
      exceptionType: 'AssertionError',
      feedback:
        'Traceback (most recent call last):\n  File "<string>", line 4, in <module>\n    assert solution() == 18\nAssertionError\n',
    });
    const { feedback } = await judge(solution('17'), judgeReturnedValue('1 if 0 else solution()', '(18\n)'));
    expect(feedback).toContain('    assert (1 if 0 else solution()) == ((18\n');
  });

  test('that raises, or whose solution is not valid, ends as programs with tests do', async () => {
    expect(await judge(solution('1 / 0'), returned('1'))).toMatchObject({
      outcome: 'exception',
      exceptionType: 'ZeroDivisionError',
    });
    expect(await judge('def solution(:', returned('1'))).toMatchObject({
      outcome: 'syntax_error',
      failedTestIndex: undefined,
    });
    expect(await judge('x = 1', returned('1'))).toMatchObject({ outcome: 'exception', exceptionType: 'NameError' });
  });

  test.for([
    [{ expected: 'open("x")' }, 'returned_value.expected must be a Python literal'],
    [{ expected: '(1' }, "returned_value.expected must be a Python literal: '(' was never closed (line 1)"],
    [{ expression: 'x = 1' }, 'returned_value.expression must be a Python expression: invalid syntax'],
    [{ expression: 'x\0' }, 'returned_value.expression must be a Python expression: '],
  ] as const)('with %o is refused', async ([bad, message]) => {
    const refused = judge(solution('1'), { ...judgeReturnedValue('solution()', '1'), ...bad });
    await expect(refused).rejects.toThrow(InvalidProgramError);
    await expect(refused).rejects.toThrow(message);
  });
});

const verified = (verifier: string, reference?: unknown): JudgeRule => judgeByVerifier('value', verifier, reference);
const SHOW = 'def verify(value, reference):\n    return repr((value, reference))\n';

describe.skipIf(runner === undefined)('a verifier', () => {
  test('passes with None, and its words are the feedback', async () => {
    const rule = verified(
      'def verify(value, reference):\n    return None if value == reference else f"got {value}"',
      [1],
    );
    expect(await judge('value = [1]', rule)).toMatchObject({ outcome: 'passed', feedback: '' });
    expect(await judge('value = [2]', rule)).toMatchObject({
      outcome: 'failed_assertion',
      feedback: 'got [2]',
      exceptionType: '',
    });
  });

  test('sees objects as their class and what they hold', async () => {
    const text =
      'class Entity:\n    kind = "no field"\n    def __init__(self):\n        self.name = "n"\nvalue = Entity()';
    expect((await judge(text, verified(SHOW))).feedback).toBe("({'class': 'Entity', 'fields': {'name': 'n'}}, None)");
  });

  test('gets no value that holds itself, is too deep or too large', async () => {
    const words = async (text: string): Promise<string> => (await judge(text, verified(SHOW))).feedback;
    expect(await words('value = []\nvalue.append(value)')).toBe('the value is not plain data: it contains itself');
    const chain = 'class N: pass\nvalue = None\nfor _ in range(500):\n    n = N(); n.next = value; value = n';
    expect(await words(chain)).toBe('the value is not plain data: it is nested deeper than 400');
    expect(await words('value = list(range(2_000_000))')).toMatch(/it has more than \d+ parts/);
    expect(await words('class N: pass\nvalue = {N()}')).toContain('not hashable');
  });

  test('that raises or returns something else is an error, with its traceback', async () => {
    const raises = judge(
      'value = 1',
      verified(
        'def check(value):\n    return value["x"]\n\n\ndef verify(value, reference):\n    return check(value)\n',
      ),
    );
    await expect(raises).rejects.toThrow(VerifierFailedError);
    await expect(raises).rejects.toThrow(
      `verifier.verifier must not raise:
  File "<verifier>", line 6, in verify
    return check(value)
  File "<verifier>", line 2, in check
    return value["x"]
TypeError: 'int' object is not subscriptable`,
    );
    await expect(judge('value = 1', verified('def verify(value, reference):\n    return 3'))).rejects.toThrow(
      'must return None or a str, got int',
    );
    await expect(judge('value = 1', verified('def verify(a, b): raise SystemExit'))).rejects.toThrow(
      VerifierFailedError,
    );
    await expect(judge('value = 1', verified('def verify(a, b): yield'))).rejects.toThrow('got generator');
  });

  test.for([
    ['crashes the interpreter', 'import ctypes\n    ctypes.string_at(0)', 'by signal 11'],
    ['aborts', 'import os\n    os.abort()', 'by signal 6'],
    ['exits', 'import os\n    os._exit(0)', 'with status 0'],
    ['exits with a status of its own', 'import os\n    os._exit(3)', 'with status 3'],
  ] as const)('that %s is an error, and so before verify is called', async ([, statement, end]) => {
    const message = `verifier.verifier must not end its process: it ended ${end}`;
    for (const place of ['verify(value, reference)', 'helper()']) {
      const rule = verified(`def ${place}:\n    ${statement}\n${place === 'helper()' ? 'helper()\n' : ''}`);
      const ended = judge('value = 1', rule);
      await expect(ended).rejects.toThrow(VerifierFailedError);
      await expect(ended).rejects.toThrow(message);
    }
    const next = await judge(`value = ${JSON.stringify(end)}`, verified('def verify(value, reference): pass'));
    expect(next).toMatchObject({ outcome: 'passed', executions: 1 });
  });

  test('is not what failed when the solution ends while it runs, or its judge ends before', async () => {
    const waits = verified('import time\ndef verify(value, reference):\n    time.sleep(3)\n');
    const leaves = 'import os, threading\nvalue = 1\nthreading.Timer(0.5, os._exit, [0]).start()\n';
    expect(await judge(leaves, waits)).toMatchObject({ outcome: 'early_exit' });
    // In the place of a value that crashes its reader.
    const crashes = judgeByVerifier('__import__("ctypes").string_at(0)', 'def verify(value, reference): pass');
    expect(await judge('value = 1', crashes)).toMatchObject({ outcome: 'tampering' });
  });

  test.for([
    [{ verifier: 'def verify(:' }, 'verifier.verifier must be Python: invalid syntax (line 1)'],
    [{ verifier: 'x = 1' }, 'verifier.verifier must define verify(value, reference)'],
    [{ reference: '{' }, 'verifier.reference must be JSON or empty: '],
    [{ expression: 'value +' }, 'verifier.expression must be a Python expression: invalid syntax'],
  ] as const)('with %o is refused', async ([bad, message]) => {
    const refused = judge('value = 1', { ...judgeByVerifier('value', SHOW), ...bad });
    await expect(refused).rejects.toThrow(InvalidProgramError);
    await expect(refused).rejects.toThrow(message);
  });

  test('is given what the solution made, and none of its objects', async () => {
    const types =
      'def verify(value, reference):\n    return ",".join(type(v).__name__ + str(type(v) in (int, str, list, dict)) for v in value)';
    const text = `class I(int): pass
class S(str): pass
class L(list): pass
class D(dict): pass
value = [I(1), S("s"), L([1]), D(a=1)]`;
    expect((await judge(text, verified(types))).feedback).toBe('intTrue,strTrue,listTrue,dictTrue');
  });
});

const stdio = (cases: readonly (readonly [string, string])[], options?: Parameters<typeof judgeStdio>[1]): JudgeRule =>
  judgeStdio(
    cases.map(([stdin, stdout]) => ({ stdin, stdout })),
    options,
  );
const ADDS = 'print(sum(map(int, input().split())))\n';
const CASES = [
  ['1 2\n', '3\n'],
  ['3 4\n', '7\n'],
] as const;

describe.skipIf(runner === undefined)('stdin/stdout cases', () => {
  test('all hold', async () => {
    expect(await judge(ADDS, stdio(CASES))).toMatchObject({ outcome: 'passed', feedback: '', outputBytes: 4 });
  });

  test('end with the first that fails', async () => {
    expect(await judge('input()\nprint(3)\n', stdio([...CASES, ...CASES]))).toMatchObject({
      outcome: 'failed_assertion',
      failedTestIndex: 1,
      outputBytes: 4,
    });
  });

  test('count what is written to stdout and stderr, and compare stdout alone', async () => {
    const noisy = `import sys\nprint("x" * 99, file=sys.stderr)\n${ADDS}`;
    expect(await judge(noisy, stdio(CASES))).toMatchObject({ outcome: 'passed', outputBytes: 204 });
  });

  test('an uncaught exception fails with its traceback', async () => {
    const text = `def read():\n    return int(input())\nread()\n`;
    expect(await judge(text, stdio(CASES))).toMatchObject({
      outcome: 'exception',
      exceptionType: 'ValueError',
      failedTestIndex: 0,
      feedback: `Traceback (most recent call last):
  File "<string>", line 3, in <module>
    read()

  File "<string>", line 2, in read
    return int(input())
ValueError: invalid literal for int() with base 10: '1 2'
`,
    });
  });

  test.for([
    ['sys.exit()', 'passed', 0],
    ['sys.exit(0)', 'passed', 0],
    ['sys.stdout.flush(); os._exit(0)', 'passed', 0],
    ['exit()', 'passed', 0],
    ['sys.exit(3)', 'early_exit', 0],
    ['sys.exit("no")', 'early_exit', 0],
    ['os._exit(1)', 'early_exit', 0],
    ['assert False', 'failed_assertion', 0],
    ['os.kill(os.getpid(), 11)', 'early_exit', 11],
  ] as const)('a right answer and then %s: %s', async ([end, outcome, exitSignal]) => {
    expect(await judge(`import os, sys\n${ADDS}${end}\n`, stdio(CASES))).toMatchObject({ outcome, exitSignal });
  });

  test('a solution that does not compile is a syntax error', async () => {
    const { outcome, exceptionType, failedTestIndex, feedback } = await judge('print(', stdio(CASES));
    expect({ outcome, exceptionType, failedTestIndex }).toEqual({
      outcome: 'syntax_error',
      exceptionType: 'SyntaxError',
      failedTestIndex: undefined,
    });
    expect(feedback).toContain('SyntaxError: ');
  });

  test('each case has the CPU limit for itself', async () => {
    const busy = `import time\nwhile time.process_time() < 0.4: pass\n${ADDS}`;
    const limits = { cpuTimeMs: 1_000, wallTimeMs: 60_000 };
    expect(await judge(busy, stdio([...CASES, ...CASES]), limits)).toMatchObject({ outcome: 'passed' });
  });

  test('all cases have the wall limit together', async () => {
    const slow = `import time\ntime.sleep(0.5)\n${ADDS}`;
    const evaluation = await judge(slow, stdio([...CASES, ...CASES]), { wallTimeMs: 1_200 });
    expect(evaluation).toMatchObject({ outcome: 'wall_timeout', failedTestIndex: 2 });
  });

  test('a large input is read or left, and a large output compared', async () => {
    const text = 'größe 12345\n'.repeat(600_000);
    const limits = { outputBytes: 2 ** 24, cpuTimeMs: 20_000, wallTimeMs: 120_000 };
    const echo = 'import sys\nsys.stdout.write(sys.stdin.read())\n';
    for (const comparison of ['exact', 'lines', 'words'] as const) {
      expect(await judge(echo, stdio([[text, text]], { comparison }), limits)).toMatchObject({ outcome: 'passed' });
    }
    expect(await judge('print(1)', stdio([[text, '1']]), limits)).toMatchObject({ outcome: 'passed' });
    const escaped = '\u0001'.repeat(2 ** 24);
    expect(
      await judge('import sys\nprint(len(sys.stdin.read()))', stdio([[escaped, '16777216']]), limits),
    ).toMatchObject({
      outcome: 'passed',
    });
    const shorter = stdio([[text, text.slice(0, -1)]], { comparison: 'exact' });
    expect(await judge(echo, shorter, limits)).toMatchObject({ outcome: 'failed_assertion' });
  });

  test.for([
    ['exact', '1 2\n', '1 2\n', 'passed'],
    ['exact', '1 2\n', '1 2', 'failed_assertion'],
    ['lines', '1 2 \n\n\n', '1 2', 'passed'],
    ['lines', ' 1', '1', 'failed_assertion'],
    ['lines', '1\n\n2', '1\n2', 'failed_assertion'],
    ['lines', '1  2', '1 2', 'failed_assertion'],
    ['lines', '', '\n \n', 'passed'],
    ['words', '1  2\n3', '1 2 3', 'passed'],
    ['words', '1 2', '1 2 3', 'failed_assertion'],
    ['words', '1 2 3', '1 2', 'failed_assertion'],
    ['words', '1.0', '1', 'failed_assertion'],
  ] as const)('%s: %j where %j is expected: %s', async ([comparison, written, expected, outcome]) => {
    const text = `import sys\nsys.stdout.write(${JSON.stringify(written)})\n`;
    expect(await judge(text, stdio([['', expected]], { comparison }))).toMatchObject({ outcome });
  });

  test.for([
    ['1.0000001 -2e0', '1 -2', 'passed'],
    ['1.1', '1', 'failed_assertion'],
    ['yes', 'no', 'failed_assertion'],
    ['011', '11', 'failed_assertion'],
    ['inf nan', '1 1', 'failed_assertion'],
    ['7e999', '1e400', 'failed_assertion'],
    ['1e400', '1e400', 'passed'],
  ] as const)('words with a tolerance: %j where %j is expected: %s', async ([written, expected, outcome]) => {
    const rule = stdio([['', expected]], { comparison: 'words', tolerance: { absolute: 1e-6, relative: 1e-6 } });
    expect(await judge(`print(${JSON.stringify(written)})`, rule)).toMatchObject({ outcome });
  });

  test('are killed by the signal, whatever the case', async () => {
    const stop = new AbortController();
    const text = 'import time\nif input() == "3 4": time.sleep(1000)\nprint(3)\n';
    const program = {
      programId: 'p',
      prompt: '',
      solution: text,
      testSetupCode: '',
      tests: [],
      limits: {},
      judge: stdio(CASES),
    };
    const running = runner!.evaluate(program, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('caller left')), 300);
    await expect(running).rejects.toThrow('caller left');
    expect(await judge(ADDS, stdio(CASES.slice(0, 1)))).toMatchObject({ outcome: 'passed' });
  });
});

describe.skipIf(runner === undefined)('a text match', () => {
  const answer = { answerPattern: String.raw`answer is (.*?)\.` };

  test.for([
    [' (A)\n', judgeTextMatch(['(A)']), 'passed'],
    ['(a)', judgeTextMatch(['(A)']), 'failed_assertion'],
    ['(a)', judgeTextMatch(['(B)', '(A)'], { ignoreCase: true }), 'passed'],
    ['So the answer is (A). The answer is  (B) .', judgeTextMatch(['(B)'], answer), 'passed'],
    ['So the answer is (A). The answer is (B).', judgeTextMatch(['(A)'], answer), 'failed_assertion'],
    ['I do not know', judgeTextMatch(['(A)'], answer), 'failed_assertion'],
    ['12 or 345', judgeTextMatch(['345'], { answerPattern: '[0-9]+' }), 'passed'],
    ['ab', judgeTextMatch(['a'], { answerPattern: '(x)?ab' }), 'failed_assertion'],
    ['valid, I think', judgeTextMatch(['valid'], { mode: 'prefix' }), 'passed'],
    ['invalid', judgeTextMatch(['valid'], { mode: 'prefix' }), 'failed_assertion'],
    ['invalid', judgeTextMatch(['valid'], { mode: 'contains' }), 'passed'],
  ] as const)('of %j by %o: %s', async ([text, rule, outcome]) => {
    expect(await judge(text, rule)).toMatchObject({ outcome });
  });

  test('runs nothing of the text', async () => {
    expect(await judge('while True: pass', judgeTextMatch(['while True: pass']))).toMatchObject({
      outcome: 'passed',
      outputBytes: 0,
    });
  });

  test('whose pattern takes too long on a text is a timeout', async () => {
    const rule = judgeTextMatch(['b'], { answerPattern: '(a+)+b' });
    expect(await judge('a'.repeat(60), rule, { cpuTimeMs: 300 })).toMatchObject({ outcome: 'cpu_timeout' });
  });

  test.for([
    ['(', 'text_match.answer_pattern must be a Python regular expression: missing ), unterminated subpattern'],
    [`(?i)${'[\\x00-\\U0010ffff][^ab]'.repeat(2_000)}`, 'text_match.answer_pattern must compile within the limits'],
  ] as const)('by the pattern %.20s is refused', async ([answerPattern, message]) => {
    const refused = judge('a', judgeTextMatch(['b'], { answerPattern }), { cpuTimeMs: 300 });
    await expect(refused).rejects.toThrow(InvalidProgramError);
    await expect(refused).rejects.toThrow(message);
  });
});

describeWithData("GSM8K's worked answers", 'gsm8k/test.jsonl', (file) => {
  const answers = gsm8kAnswers(readFileSync(file, 'utf8'));

  test.skipIf(runner === undefined)(
    'are judged right as returned values, and wrong ones are not',
    async () => {
      expect(answers).toHaveLength(1_319);
      const rule = (expected: string): JudgeRule =>
        returned(expected, { tolerance: { absolute: 1e-3, relative: 0 }, numbersFromText: true });
      const some = answers.filter((_, index) => index % 10 === 0);
      const verdicts = await Promise.all(
        answers.map(({ written, value }) => judge(solution(JSON.stringify(written)), rule(value))),
      );
      expect(verdicts.filter(({ outcome }) => outcome === 'passed')).toHaveLength(1_319);
      const wrong = await Promise.all(some.map(({ value }) => judge(solution(`${value} + 1`), rule(value))));
      expect(wrong.filter(({ outcome }) => outcome !== 'failed_assertion')).toEqual([]);
    },
    120_000,
  );
});
