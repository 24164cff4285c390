import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { dataFolderOf } from '../sampling-options.ts';
import type { LocalOptions } from '../service-options.ts';
import { withServices } from '../with-services.ts';
import { checkSamples } from './check-samples.ts';
import { evaluateSamples } from './evaluate-samples.ts';
import { type FeedbackFlags, feedbackOf } from './feedback-flags.ts';
import { type LimitOptions, limitsOf } from './limit-options.ts';
import { printScore } from './print-score.ts';
import { loadProblemSet } from './problem-set.ts';
import { withRereadable } from './rereadable.ts';
import { ResultFile } from './result-file.ts';
import { chooseKs } from './sample-score.ts';

/** A sample file and what to do with it, as flags. */
export interface SampleFileOptions extends LocalOptions, LimitOptions, FeedbackFlags {
  readonly task: string;
  readonly solutions: string;
  readonly split?: string;
  readonly data?: string;
  readonly k?: readonly number[];
  readonly out?: string;
}

/**
 * Scores a file of samples: checks every line, judges all of them, prints pass@k.
 * @returns ok when every sample has a verdict, whatever it is
 */
export async function scoreSampleFile(options: SampleFileOptions, context: CommandContext): Promise<ExitCode> {
  const { task, solutions, split, out } = options;
  const { output, signal } = context;
  const problems = await loadProblemSet(task, split, dataFolderOf(options.data));
  return withRereadable(solutions, signal, async (file) => {
    const counts = await checkSamples(file, problems, signal);
    const fewest = Math.min(...counts.values());
    const tooMany = options.k?.find((k) => k > fewest);
    if (tooMany !== undefined) {
      const [problem] = [...counts].find(([, count]) => count === fewest) ?? [''];
      throw new CliError(EXIT.badInput, `--k: expected at most ${fewest}, the samples of ${problem}, got ${tooMany}`);
    }
    const ks = chooseKs(counts, options.k);
    const samples = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const results = out === undefined ? undefined : await ResultFile.open(out, file.path);
    try {
      return await withServices(['evaluator'], options, context, async ({ evaluator }) => {
        const info = await evaluator.getEvaluatorInfo({}, { signal });
        const limits = limitsOf(options, info);
        const started = performance.now();
        const score = await evaluateSamples(
          evaluator,
          { file, problems, samples, limits, feedback: feedbackOf(options), results },
          context,
        );
        await results?.finish();
        const seconds = (performance.now() - started) / 1000;
        // Once more, for its figures; a score does not fail for want of them.
        const after = await evaluator.getEvaluatorInfo({}, { signal }).catch(() => info);
        printScore({ solutions, problems, counts, score, ks, limits, evaluator: after, seconds, out }, output);
        return EXIT.ok;
      });
    } catch (error) {
      const kept = await results?.abandon();
      if (kept !== undefined && kept.rows > 0) output.note(`the first ${kept.rows} results are in ${kept.path}`);
      throw error;
    }
  });
}
