import { judgePrograms, type Wait } from '@leti/clients';
import type { FeedbackOptions, Limits, Program } from '@leti/leti';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { firstFew } from '../output/first-few.ts';
import { formatShare } from '../output/format-figures.ts';
import { createProgressDisplay } from '../progress/progress-display.ts';
import type { ServiceClients } from '../supervisor/service-clients.ts';
import { parseSample, programOf, type Sample } from './parse-sample.ts';
import type { ProblemSet } from './problem-set.ts';
import { type LineFile, readLines } from './read-lines.ts';
import type { ResultFile } from './result-file.ts';
import { SampleScore } from './sample-score.ts';

/** What samples are judged with. */
export interface SampleJob {
  /** Whose every line has been checked. */
  readonly file: LineFile;
  readonly problems: ProblemSet;
  /** Samples in the file. */
  readonly samples: number;
  readonly limits: Partial<Limits>;
  readonly feedback: FeedbackOptions | undefined;
  /** Where rows go; the caller finishes it. */
  readonly results: ResultFile | undefined;
}

/** Waits in a row for an evaluator that is away: about a minute. */
const MOST_WAITS = 15;

/**
 * Judges a file's samples, many at a time, with progress.
 * @throws {CliError} when some got no verdict, after all others did: they say nothing of the model, and no score is right
 *   without them
 */
export async function evaluateSamples(
  evaluator: ServiceClients['evaluator'],
  job: SampleJob,
  { output, signal }: CommandContext,
): Promise<SampleScore> {
  const { results } = job;
  const display = createProgressDisplay(output);
  const score = new SampleScore();
  const underWay = new Map<string, Sample>();
  const notJudged: string[] = [];
  const onWait = ({ reason, attempt }: Wait): void => {
    if (attempt > 1) display.line(`note: the evaluator does not answer (${reason}); trying again`);
  };
  try {
    const programs = programsOf(job, underWay, signal);
    for await (const judged of judgePrograms({ client: evaluator, programs, signal, mostWaits: MOST_WAITS, onWait })) {
      const sample = underWay.get(judged.programId);
      if (sample === undefined) throw new Error(`the evaluator answered for ${judged.programId}, which was not asked`);
      underWay.delete(judged.programId);
      if ('error' in judged) {
        notJudged.push(`${job.file.name}:${sample.line.number}: ${judged.error.message}`);
        await results?.add(sample, { notJudged: judged.error.message });
      } else {
        score.add(sample.line.number, sample.problem.problemId, judged.evaluation);
        await results?.add(sample, judged.evaluation);
      }
      const remark = score.total === 0 ? '' : `passed ${formatShare(score.passed / score.total)}`;
      display.show({ label: 'evaluate  samples', value: score.total + notJudged.length, total: job.samples, remark });
    }
  } finally {
    display.close();
  }
  if (notJudged.length > 0) throw withoutVerdict(notJudged, job.samples);
  return score;
}

/** The programs of a file, read as they are asked for. */
async function* programsOf(
  { file, problems, limits, feedback, results }: SampleJob,
  underWay: Map<string, Sample>,
  signal: AbortSignal,
): AsyncGenerator<Program> {
  for await (const line of readLines(file, signal)) {
    const sample = parseSample(line, problems);
    if (typeof sample === 'string')
      throw new CliError(EXIT.badInput, `${file.name}:${line.number}: ${sample}; it changed while it was read`);
    const program = programOf(sample, { limits, feedback });
    await results?.room(signal);
    results?.begin(sample);
    underWay.set(program.programId, sample);
    yield program;
  }
}

function withoutVerdict(lines: readonly string[], samples: number): CliError {
  return new CliError(
    EXIT.unavailable,
    `${lines.length} of ${samples} samples got no verdict, so there is no score; that is the machine's fault, not the samples'`,
    { details: firstFew(lines) },
  );
}
