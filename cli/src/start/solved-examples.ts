import { readFile } from 'node:fs/promises';
import type { Outcome } from '@leti/leti';
import type { SolvedExample } from '@leti/report';
import { type FcftLine, readFcft, runPaths } from '@leti/runs';
import { z } from 'zod';

const problemLine = z.object({ problemId: z.string(), tests: z.array(z.string()) });

type Attempt = FcftLine & { readonly iteration: number };

/** What a problem's story needs: the first failure with feedback of each kind, and the newest success. */
interface Story {
  readonly failures: Map<Outcome, Attempt>;
  newest: Attempt | undefined;
  /** Share of samples that passed, by iteration. */
  readonly rates: Map<number, { passed: number; samples: number }>;
}

async function readStories(run: string, iterations: number): Promise<Map<string, Story>> {
  const stories = new Map<string, Story>();
  for (let iteration = 1; iteration <= iterations; iteration++) {
    for (const line of await readFcft(runPaths(run).iteration(iteration).fcft)) {
      const attempt = { ...line, iteration };
      const story = stories.get(attempt.problemId) ?? { failures: new Map(), newest: undefined, rates: new Map() };
      stories.set(attempt.problemId, story);
      const rate = story.rates.get(iteration) ?? { passed: 0, samples: 0 };
      story.rates.set(iteration, rate);
      rate.samples += 1;
      if (attempt.outcome === 'passed') {
        rate.passed += 1;
        story.newest = attempt;
      } else if (attempt.feedback !== '' && !story.failures.has(attempt.outcome)) {
        story.failures.set(attempt.outcome, attempt);
      }
    }
  }
  return stories;
}

/** How much better the model got at a problem, in [-1, 1]. */
function gain({ rates }: Story): number {
  const shares = [...rates.values()].map(({ passed, samples }) => passed / samples);
  return (shares.at(-1) ?? 0) - (shares[0] ?? 0);
}

/** The kinds of failures that teach most, first. */
const TELLING: readonly Outcome[] = ['exception', 'failed_assertion', 'syntax_error'];

/**
 * Problems of a run that the model failed with feedback and later solved, one per kind of failure, those with the
 * largest gain first; a failure that was never solved where there is none.
 * @param run the run's folder; read as a person would, from fcft.jsonl and problems.jsonl
 * @param iterations finished ones
 * @throws when a file is missing or damaged
 */
export async function solvedExamples(run: string, iterations: number): Promise<SolvedExample[]> {
  const stories = [...(await readStories(run, iterations))].sort((a, b) => gain(b[1]) - gain(a[1]));
  const tests = new Map(
    (await readFile(runPaths(run).problems, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => problemLine.parse(JSON.parse(line)))
      .map((problem) => [problem.problemId, problem.tests] as const),
  );
  const taken = new Set<string>();
  return TELLING.flatMap((outcome) => {
    const fits = ([id, { failures }]: readonly [string, Story]): boolean => !taken.has(id) && failures.has(outcome);
    const solved = stories.find((entry) => fits(entry) && entry[1].newest !== undefined) ?? stories.find(fits);
    const failed = solved?.[1].failures.get(outcome);
    if (solved === undefined || failed === undefined) return [];
    const [problemId, { newest }] = solved;
    taken.add(problemId);
    const { iteration, solution, feedback, prompt } = failed;
    const passed = newest && { iteration: newest.iteration, solution: newest.solution };
    return [
      {
        problemId,
        prompt,
        tests: tests.get(problemId) ?? [],
        failed: { iteration, solution, outcome, feedback },
        ...(passed && { passed }),
      },
    ];
  });
}
