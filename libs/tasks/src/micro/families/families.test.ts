import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { definition } from '../definition.ts';
import { type Family, fill } from '../family.ts';
import { poseProblem } from '../micro-problem.ts';
import { createRandom } from '../random.ts';
import { applySlip, SLIPS } from '../slips.ts';
import { MICRO_SPLITS, variantsOf } from '../variants.ts';
import { FAMILIES } from './families.ts';

interface Case {
  readonly family: string;
  readonly kind: string;
  readonly program: string;
}

/** Each program in plain Python; its answer per case is `passed` or the exception's class name. */
const PYTHON = `
import json, sys
def ending(program):
    try:
        exec(compile(program, '<string>', 'exec'), {})
    except BaseException as error:
        return type(error).__name__
    return 'passed'
json.dump([ending(program) for program in json.load(sys.stdin)], sys.stdout)
`;

const ROUNDS = 3;

function casesOf(family: Family): Case[] {
  return MICRO_SPLITS.flatMap((split) =>
    Array.from({ length: ROUNDS }, (_, round) => {
      const variants = variantsOf(family, split);
      const variant = variants[round % variants.length]!;
      const posed = poseProblem(createRandom(`families.test/${family.name}/${split}/${round}`), family, variant);
      const write = (body: string): string => definition(posed.entryName, family.takes, fill(body, variant.parameters));
      const programOf = (kind: string, code: string): Case => ({
        family: family.name,
        kind,
        program: `${posed.prompt}\n${code}\n${posed.tests.join('\n')}\n`,
      });
      return [
        ...family.right.map((body) => programOf('right', write(body))),
        ...family.wrong.map((body, index) => programOf(`wrong ${index}`, write(body))),
        ...SLIPS.flatMap((slip) => {
          const broken = applySlip(slip, write(family.right[0]!));
          return broken === undefined ? [] : [programOf(`slip ${slip}`, broken)];
        }),
      ];
    }).flat(),
  );
}

const cases = FAMILIES.flatMap(casesOf);
const python = spawnSync('python3', ['-c', PYTHON], { input: JSON.stringify(cases.map(({ program }) => program)) });
const endings = JSON.parse(python.stdout.toString()) as string[];
const judged = cases.map((one, index) => ({ ...one, ending: endings[index]! }));

describe('families', () => {
  test('have unique names, two entry names and at least three phrases', () => {
    expect(new Set(FAMILIES.map(({ name }) => name)).size).toBe(FAMILIES.length);
    const thin = FAMILIES.filter(
      ({ entryNames, phrases, parameters }) =>
        entryNames.length !== 2 || phrases.length < 3 || (parameters.length < 4 && phrases.length < 4),
    );
    expect(thin.map(({ name }) => name)).toEqual([]);
  });

  test('have correct programs that pass every test in Python', () => {
    expect(judged.filter(({ kind, ending }) => kind === 'right' && ending !== 'passed')).toEqual([]);
  });

  test('have mistakes that fail, the commonest nearly always', () => {
    const lucky = FAMILIES.flatMap(({ name, wrong }) =>
      wrong.flatMap((body, index) => {
        const runs = judged.filter(({ family, kind }) => family === name && kind === `wrong ${index}`);
        const passed = runs.filter(({ ending }) => ending === 'passed').length / runs.length;
        return passed > (index === 0 ? 0.12 : 0.4) ? [`${name}: ${body} passes ${passed.toFixed(2)}`] : [];
      }),
    );
    expect(lucky).toEqual([]);
  });

  test('have slips that never compile', () => {
    const compiled = judged.filter(
      ({ kind, ending }) => kind.startsWith('slip') && !/^(Syntax|Indentation)Error$/.test(ending),
    );
    expect(compiled).toEqual([]);
  });

  test('end in many kinds of exception', () => {
    expect(new Set(judged.map(({ ending }) => ending))).toEqual(
      new Set([
        'passed',
        'AssertionError',
        'SyntaxError',
        'IndentationError',
        'TypeError',
        'AttributeError',
        'NameError',
        'UnboundLocalError',
        'ValueError',
      ]),
    );
  });
});
