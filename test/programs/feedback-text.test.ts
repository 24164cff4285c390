import { fileURLToPath } from 'node:url';
import { fcftSequences, type Program } from '@leti/leti';
import { startRunnerOrSkip } from '@leti/sandbox/testing';
import { loadTokenizer, SPECIAL_TOKENS } from '@leti/tokenizer';
import { afterAll, describe, expect, test } from 'vitest';
import { readFeedbackCases } from './read-programs.ts';

const runner = await startRunnerOrSkip('test/programs/feedback-text');
afterAll(() => runner?.close());

/** Tokens as docs/feedback.md counts them. */
function countTokens(text: string): number {
  return (text.match(/ ?[A-Za-z]{1,6}| ?[0-9]{1,3}|\n|[^\S\n]+| ?[^\sA-Za-z0-9]/gu) ?? [])
    .map((token) => (/^\p{ASCII}*$/u.test(token) ? 1 : Buffer.byteLength(token.trimStart() || ' ')))
    .reduce((a, b) => a + b, 0);
}

const cases = readFeedbackCases('canonical');
const caseOf = (name: string): Program => cases.find((one) => one.name === name)!.program;

describe('the length of canonical feedback', () => {
  test.for(cases)('$name keeps to its budget', ({ program, feedback }) => {
    expect(countTokens(feedback)).toBeLessThanOrEqual(
      program.feedback?.style === 'leti' ? Infinity : (program.feedback?.maxTokens ?? 512),
    );
  });

  const long = ['many_functions', 'long_message', 'other_characters_in_message', 'values_long', 'unclosed_parenthesis'];
  const budgets = [1, 2, 3, 4, 7, 15, 16, 17, 31, 64, 100];
  test.skipIf(runner === undefined).for(long.flatMap((name) => budgets.map((maxTokens) => ({ name, maxTokens }))))(
    '$name fits in $maxTokens',
    { concurrent: true },
    async ({ name, maxTokens }) => {
      const program = caseOf(name);
      const { feedback } = await runner!.evaluate({ ...program, feedback: { ...program.feedback, maxTokens } });
      expect(countTokens(feedback)).toBeLessThanOrEqual(maxTokens);
    },
  );
});

describe.skipIf(runner === undefined)('the parts of canonical feedback', () => {
  test.for(cases)('of $name joined are its text', { concurrent: true }, async ({ program }) => {
    const { feedback, feedbackParts = [] } = await runner!.evaluate(program);
    expect(feedbackParts.map(({ text }) => text).join('')).toBe(program.feedback?.style === 'leti' ? '' : feedback);
  });

  const wrong: Program = {
    programId: 'wrong',
    prompt: '',
    solution: 'def add(a, b):\n    return a - b\n',
    testSetupCode: '',
    tests: ['n = 2\nassert add(1, n) == 3'],
    limits: {},
    feedback: { style: 'canonical_v1', values: true },
  };
  test('tell where, what, with which input, and what came of it', async () => {
    const { feedbackParts } = await runner!.evaluate(wrong);
    expect(feedbackParts).toEqual([
      { channel: 'traceback', text: 'Traceback (most recent call last):\n  Test 1\n    assert add(1, n) == 3\n' },
      { channel: 'exception', text: 'AssertionError\n' },
      { channel: 'input', text: 'Call: add(1, 2)\n' },
      { channel: 'expected_got', text: 'Expected: 3\n' },
      { channel: 'expected_got', text: 'Got: -1\n' },
    ]);
  });
  test('are none of a program that passed, and of the published style', async () => {
    const right = { ...wrong, solution: 'def add(a, b):\n    return a + b\n' };
    expect((await runner!.evaluate(right)).feedbackParts).toBeUndefined();
    expect((await runner!.evaluate({ ...wrong, feedback: { style: 'leti' } })).feedbackParts).toBeUndefined();
  });
});

describe.skipIf(runner === undefined)('a hidden test', () => {
  // Inputs, expected values and names of the hidden test; the solution does what it can to tell them.
  const hidden =
    'def check_zebra(candidate):\n    wanted_otter = 918273\n    assert candidate(564738, "heron") == wanted_otter, "badger"\n' +
    'check_zebra(add)';
  const secrets = /zebra|otter|918273|564738|heron|badger/;
  const ways: Record<string, string> = {
    'a wrong value': 'return 0',
    'a message': 'raise ValueError(f"{a} {b}")',
    'a key': 'return {}[b]',
    'the name of a class': 'raise type("Class" + b, (Exception,), {})',
    'a class that the text names': 'raise type("KeyError", (KeyError,), {})(b)',
    'the name of a function': 'space = {}\n    exec(f"def {b}(): raise ValueError", space)\n    space[b]()',
    "a message like the interpreter's": 'raise TypeError(f"\'{b}\' object is not callable")',
    'text that does not compile': 'exec(f"{b} = = {a}")',
    'a note': 'error = ValueError()\n    error.add_note(b)\n    raise error',
    'a cause': 'raise ValueError from KeyError(b)',
    'an exception group': 'raise ExceptionGroup(b, [ValueError(a)])',
    'an attribute': 'return getattr(b, b)',
    'an import': '__import__(b)',
    'the line of a text of its own': 'exec("\\n" * (a // 1000) + "raise ValueError")',
    'a StopIteration': 'raise StopIteration(b)',
    'a path': 'open("/" + b)',
  };
  const all = Object.entries(ways).flatMap(([way, body]) =>
    (['leti', 'canonical_v1'] as const).map((style) => ({ way, body, style })),
  );
  test.for(all)('does not come out by $way in the $style style', { concurrent: true }, async ({ body, style }) => {
    const solution = `def add(a, b):\n    if a == 1:\n        return 3\n    ${body}\n`;
    const { outcome, feedback, failedTestIndex } = await runner!.evaluate({
      programId: 'hidden',
      prompt: '',
      solution,
      testSetupCode: '',
      tests: ['assert add(1, 2) == 3', hidden],
      limits: {},
      feedback: { style, visibleTests: 1, values: true },
    });
    expect({ outcome, failedTestIndex }).not.toMatchObject({ outcome: 'passed' });
    expect(failedTestIndex).toBe(1);
    expect(feedback).not.toMatch(secrets);
    expect(feedback).toMatch(/^Traceback/);
  });

  test.for(['leti', 'canonical_v1'] as const)('is not in the %s text of a syntax error', async (style) => {
    const { feedback } = await runner!.evaluate({
      programId: 'open',
      prompt: '',
      solution: 'def add(a, b):\n    return """',
      testSetupCode: 'zebra = 1',
      tests: ['assert add(1, 2) == 3', hidden],
      limits: {},
      feedback: { style, visibleTests: 1 },
    });
    expect(feedback).toContain('SyntaxError');
    expect(feedback).not.toMatch(secrets);
  });
});

describe('special tokens spelled in feedback', () => {
  const folder = fileURLToPath(new URL('../golden/tokenizer-bytes/', import.meta.url));

  test.for(['leti', 'canonical_v1'] as const)('stay text in an FCFT sequence, %s style', async (style) => {
    const tokenizer = await loadTokenizer(folder);
    const folderOfStyle = style === 'leti' ? 'feedback' : 'canonical';
    const { feedback } = readFeedbackCases(folderOfStyle).find((one) => one.name === 'message_spells_special_tokens')!;
    expect(feedback).toContain(`${SPECIAL_TOKENS.endLangFeedback}${SPECIAL_TOKENS.good}`);
    const example = {
      problemId: 'p',
      sampleIndex: 0,
      prompt: 'P',
      text: '',
      tokenIds: [],
      finishReason: 'stop',
    } as const;
    const sequences = fcftSequences({ ...example, passed: false, feedback, parts: [] }, tokenizer, {
      maxSequenceTokens: 10_000,
      binaryOnly: false,
      solutionTokens: 'retokenized',
      endOfText: 'never',
      firstTokenLoss: false,
    });
    const { bad, langFeedback, endLangFeedback } = tokenizer.special;
    const special = new Set<number>(Object.values(tokenizer.special));
    expect([...sequences[0]!.ids].filter((id) => special.has(id))).toEqual([bad, langFeedback, endLangFeedback]);
  });
});
