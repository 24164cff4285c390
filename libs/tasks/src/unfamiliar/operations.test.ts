import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { definition } from '../micro/definition.ts';
import { fill } from '../micro/family.ts';
import { poseProblem } from '../micro/micro-problem.ts';
import { createRandom } from '../micro/random.ts';
import { MICRO_SPLITS, variantsOf } from '../micro/variants.ts';
import { OPERATIONS } from './operations.ts';

/** Each program in plain Python; its answer per case is `passed` or the last line of the traceback. */
const PYTHON = `
import json, sys
def ending(program):
    try:
        exec(compile(program, '<string>', 'exec'), {})
    except BaseException as error:
        return type(error).__name__ + ': ' + str(error)
    return 'passed'
json.dump([ending(program) for program in json.load(sys.stdin)], sys.stdout)
`;

const cases = OPERATIONS.flatMap((operation) =>
  MICRO_SPLITS.flatMap((split) =>
    variantsOf(operation, split).flatMap((variant, round) => {
      const { prompt, entryName, tests } = poseProblem(createRandom(`${operation.name}/${round}`), operation, variant);
      const bodies = [...operation.right, operation.wrong[round % operation.wrong.length]!];
      return bodies.map((body, index) => ({
        right: index < operation.right.length,
        name: /\.(\w+)\(/.exec(body)![1]!,
        program: `${prompt}\n${definition(entryName, operation.takes, fill(body, variant.parameters))}\n${tests.join('\n')}\n`,
      }));
    }),
  ),
);
const python = spawnSync('python3', ['-c', PYTHON], { input: JSON.stringify(cases.map(({ program }) => program)) });
const endings = JSON.parse(python.stdout.toString()) as string[];

describe('operations', () => {
  test('have unique methods, and 15 or 16 invented names each', () => {
    expect(new Set(OPERATIONS.map(({ name }) => name)).size).toBe(OPERATIONS.length);
    for (const { wrong } of OPERATIONS) {
      expect(new Set(wrong).size).toBe(wrong.length);
      expect([15, 16]).toContain(wrong.length);
    }
  });

  test('pass every test in Python when the method is called by its name', () => {
    const failed = cases.flatMap((one, index) => (one.right && endings[index] !== 'passed' ? [one.program] : []));
    expect(failed).toEqual([]);
  });

  test('end in an AttributeError that spells the invented name otherwise', () => {
    const other = cases.flatMap(({ right, name, program }, index) =>
      right || endings[index]!.startsWith('AttributeError: ') === endings[index]!.includes(`attribute '${name}'`)
        ? []
        : [program],
    );
    expect(other).toEqual([]);
    expect(cases.filter(({ right }, index) => !right && endings[index] === 'passed')).toEqual([]);
  });

  test('invent no name that a built-in type has', () => {
    const names = OPERATIONS.flatMap(({ wrong }) => wrong.map((body) => /\.(\w+)\(/.exec(body)![1]!));
    const script =
      'import json, sys; print(json.dumps([n for n in json.load(sys.stdin) if hasattr(str, n) or hasattr(list, n)]))';
    const real = spawnSync('python3', ['-c', script], { input: JSON.stringify(names) });
    expect(JSON.parse(real.stdout.toString())).toEqual([]);
  });
});
