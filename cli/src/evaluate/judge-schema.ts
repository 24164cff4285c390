import { judgeByVerifier, judgeReturnedValue, judgeStdio, judgeTextMatch, type JudgeRule } from '@leti/leti';
import { z } from 'zod';

const tolerance = z
  .strictObject({ absolute: z.number().min(0).optional(), relative: z.number().min(0).optional() })
  .transform(({ absolute, relative }) => ({
    ...(absolute !== undefined && { absolute }),
    ...(relative !== undefined && { relative }),
  }))
  .default({});

const returnedValue = z
  .strictObject({
    kind: z.literal('returned_value'),
    expression: z.string(),
    expected: z.string(),
    tolerance,
    numbersFromText: z.boolean().default(false),
  })
  .transform(({ expression, expected, ...options }) => judgeReturnedValue(expression, expected, options));

const stdio = z
  .strictObject({
    kind: z.literal('stdio'),
    cases: z.array(z.strictObject({ stdin: z.string(), stdout: z.string() })).min(1),
    comparison: z.enum(['exact', 'lines', 'words']).default('lines'),
    tolerance,
  })
  .transform(({ cases, ...options }) => judgeStdio(cases, options));

const verifier = z
  .strictObject({
    kind: z.literal('verifier'),
    expression: z.string(),
    verifier: z.string(),
    reference: z.json().optional(),
  })
  .transform(({ expression, verifier: code, reference }) => judgeByVerifier(expression, code, reference));

const textMatch = z
  .strictObject({
    kind: z.literal('text_match'),
    expected: z.array(z.string()).min(1),
    mode: z.enum(['equal', 'prefix', 'contains']).default('equal'),
    answerPattern: z.string().default(''),
    ignoreCase: z.boolean().default(false),
  })
  .transform(({ expected, ...options }) => judgeTextMatch(expected, options));

/** How a program is judged instead of by tests, as users write it: what may be left out is left out; a reference is any JSON. */
export const judgeSchema = z.discriminatedUnion('kind', [
  returnedValue,
  stdio,
  verifier,
  textMatch,
]) satisfies z.ZodType<JudgeRule>;
