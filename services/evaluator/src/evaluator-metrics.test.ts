import { Program } from '@leti/proto';
import { describe, expect, test } from 'vitest';
import { metric, ownEvaluator, requestsOf, whyNotHere } from './testing/own-evaluator.ts';

const reason = await whyNotHere();
if (reason !== undefined) process.stderr.write(`SKIPPED evaluator metrics: ${reason}\n`);

const program = (programId: string, solution: string, tests = ['assert x == 1']): Program =>
  Program.create({ programId, solution, tests });

describe.skipIf(reason !== undefined)('the metrics of an evaluator', () => {
  test('tell what was judged, how, and what was not', async () => {
    const evaluator = await ownEvaluator({ slots: 2 });
    const client = evaluator.connect();
    const programs = [program('1', 'x = 1'), program('2', 'x = 2'), program('3', 'x = 1/0'), program('4', 'x = 1', [])];
    for await (const _ of client.evaluatePrograms(requestsOf(programs)));
    await client.evaluateProgram({ program: program('1', 'x = 1') });
    await client.evaluateProgram({ program: program('1', 'x =  1  # one') });
    const told = async (name: string): Promise<number | undefined> => metric(evaluator, `leti_evaluator_${name}`);
    expect(await told('verdicts_total{outcome="passed",source="run"}')).toBe(1);
    expect(await told('verdicts_total{outcome="passed",source="given_again"}')).toBe(2);
    expect(await told('verdicts_total{outcome="failed_assertion",source="run"}')).toBe(1);
    expect(await told('verdicts_total{outcome="exception",source="run"}')).toBe(1);
    expect(await told('verdicts_total{outcome="syntax_error",source="run"}')).toBeUndefined();
    expect(await told('verdict_seconds_count')).toBe(5);
    expect(await told('program_cpu_seconds_count')).toBe(3);
    expect(await told('failures_total{code="INVALID_ARGUMENT"}')).toBe(1);
    expect(await told('verdicts_by_source_total{by="run"}')).toBe(3);
    expect(await told('verdicts_by_source_total{by="same_text"}')).toBe(1);
    expect(await told('verdicts_by_source_total{by="same_tokens"}')).toBe(1);
    expect(await told('slots')).toBe(2);
    expect(await told('slots_busy')).toBe(0);
    expect(await told('programs_waiting')).toBe(0);
    expect(await told('second_runs_total')).toBe(0);
    expect(await told('sandboxes_replaced_total{reason="lost"}')).toBe(0);
  });

  test('are not served unless asked for', async () => {
    expect((await ownEvaluator({ metricsAddress: undefined })).metricsPort).toBeUndefined();
  });

  test('hold no text that a caller chose', async () => {
    const evaluator = await ownEvaluator({});
    await evaluator
      .connect()
      .evaluateProgram({ program: program('chosen-id', 'class Chosen(Exception): pass\nraise Chosen') });
    const text = await (await fetch(`http://127.0.0.1:${evaluator.metricsPort}/metrics`)).text();
    expect(text).not.toMatch(/chosen/i);
  });
});
