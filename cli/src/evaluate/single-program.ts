import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { checkValues } from '@leti/config';
import type { Evaluation, Program } from '@leti/leti';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { firstFew } from '../output/first-few.ts';
import type { Output } from '../output/output.ts';
import { judgeSchema } from './judge-schema.ts';
import { splitTests } from './split-tests.ts';

/** Where a single program's parts come from, as flags. */
export interface ProgramOptions {
  readonly tests?: string;
  readonly test?: readonly string[];
  readonly setup?: string;
  readonly prompt?: string;
}

/** The program of a Python file and flags, or with `-` of the JSON on standard input. @throws {CliError} */
export async function readProgram(file: string, options: ProgramOptions): Promise<Program> {
  return file === '-' ? programFromJson(await text(process.stdin)) : programFromFile(file, options);
}

async function programFromFile(file: string, options: ProgramOptions): Promise<Program> {
  const { tests: testFile, test = [], setup = '', prompt = '' } = options;
  const solution = await readFile(file, 'utf8');
  const fromFile =
    testFile === undefined ? undefined : await splitTests(await readFile(testFile, 'utf8'), `--tests ${testFile}`);
  const tests = [...(fromFile?.tests ?? []), ...test];
  if (tests.length === 0)
    throw new CliError(EXIT.badInput, 'expected tests, by --tests FILE or --test STATEMENT, got none');
  return {
    programId: file.slice(-256),
    prompt,
    solution,
    testSetupCode: [setup, fromFile?.testSetupCode ?? ''].filter((part) => part !== '').join('\n'),
    tests,
    limits: {},
  };
}

const limit = z.int().min(1).optional();
const programSchema = z
  .strictObject({
    programId: z.string().default('stdin'),
    prompt: z.string().default(''),
    solution: z.string(),
    testSetupCode: z.string().default(''),
    tests: z.array(z.string()).default([]),
    judge: judgeSchema.optional(),
    limits: z
      .strictObject({ cpuTimeMs: limit, wallTimeMs: limit, memoryBytes: limit, outputBytes: limit, processes: limit })
      .default({}),
  })
  .refine(({ tests, judge }) => (judge === undefined) !== (tests.length === 0), {
    error: 'expected tests, or a judge in their place',
  });

/** A program as JSON. @throws {CliError} with each thing that is wrong: key, expectation, value */
export function programFromJson(json: string): Program {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new CliError(EXIT.badInput, `stdin: expected JSON, got ${JSON.stringify(json.slice(0, 40))}`, { cause });
  }
  const place = (): string => 'stdin';
  const checked = checkValues(programSchema, value, { ofKey: place, ofValue: place, ofMissing: place });
  if (checked.value !== undefined) return checked.value as Program;
  const details = checked.problems.map(({ key, expectation, value: got }) =>
    [`${key || 'stdin'}: ${expectation}`, ...(got === undefined ? [] : [`got ${got}`])].join(', '),
  );
  throw new CliError(EXIT.badInput, 'stdin: expected a program', { details: firstFew(details) });
}

/** Prints a verdict: how the program ended, the failing test, the feedback, what it took. */
export function printEvaluation(evaluation: Evaluation, { tests, judge }: Program, output: Output): void {
  const { outcome, feedback, failedTestIndex, cpuTimeMs, peakMemoryBytes } = evaluation;
  output.text(outcome.replaceAll('_', ' '));
  if (failedTestIndex !== undefined && judge === undefined)
    output.text(`test ${failedTestIndex + 1} of ${tests.length}: ${tests[failedTestIndex]}`);
  if (failedTestIndex !== undefined && judge?.kind === 'stdio')
    output.text(`case ${failedTestIndex + 1} of ${judge.cases.length}`);
  if (feedback !== '') output.text(`\n${feedback.trimEnd()}\n`);
  output.text(`CPU ${cpuTimeMs.toFixed(1)} ms, peak memory ${(peakMemoryBytes / 2 ** 20).toFixed(1)} MiB`);
  output.data(evaluation);
}
