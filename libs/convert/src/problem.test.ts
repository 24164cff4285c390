import type { Problem } from '@leti/leti';
import { Problem as ProtoProblem, ProblemSource as ProtoProblemSource } from '@leti/proto';
import { expect, test } from 'vitest';
import { FieldPath } from './field-path.ts';
import { problemSourceFromProto, problemSourceToProto } from './problem-source.ts';
import { problemFromProto, problemToProto } from './problem.ts';

const problem: Problem = {
  problemId: 'a',
  prompt: 'x',
  testSetupCode: '',
  tests: ['assert f()'],
  referenceSolution: 'secret',
};
const bytesOf = (message: Uint8Array): string => Buffer.from(message).toString('latin1');

test('a problem takes its reference solution nowhere but into training settings', () => {
  const sent = ProtoProblem.encode(problemToProto(problem)).finish();
  expect(bytesOf(sent)).not.toContain('secret');
  const given = ProtoProblem.create({ ...problem, tests: [...problem.tests] });
  const read = FieldPath.validated((at) => problemFromProto(given, at));
  expect(Object.keys(read)).not.toContain('referenceSolution');
  const source = ProtoProblemSource.encode(problemSourceToProto({ inline: [problem] })).finish();
  expect(FieldPath.validated((at) => problemSourceFromProto(ProtoProblemSource.decode(source), at))).toEqual({
    inline: [problem],
  });
});
