import type { Outcome } from '@leti/leti';
import type { Mutant } from './mutants.ts';
import type { PlainVerdict } from './plain-execution.ts';

/** What the judge said of a program; `error …` where it gave no verdict. */
export interface JudgeVerdict {
  readonly outcome: Outcome | `error ${string}`;
  readonly exceptionType: string;
  readonly feedback: string;
  readonly cpuTimeMs: number;
}

/** A program on which judge and plain execution differ. */
export interface Difference {
  readonly mutant: Mutant;
  readonly plain: PlainVerdict;
  readonly judge: JudgeVerdict;
  /** Why, or what differs where no known cause fits. */
  readonly cause: string;
}

/** Programs counted by whether both agree. */
export interface Agreement {
  readonly programs: number;
  /** Differences in outcome or exception type. */
  readonly verdicts: readonly Difference[];
  /** Equal verdicts with another feedback text. */
  readonly feedbacks: readonly Difference[];
}

/** Compares verdicts given in the order of `mutants`. @param cpuTimeMs the limit that both ran under */
export function compareVerdicts(
  mutants: readonly Mutant[],
  plain: readonly PlainVerdict[],
  judge: readonly JudgeVerdict[],
  cpuTimeMs: number,
): Agreement {
  const verdicts: Difference[] = [];
  const feedbacks: Difference[] = [];
  for (const [i, mutant] of mutants.entries()) {
    const [a, b] = [plain[i]!, judge[i]!];
    const pair = { mutant, plain: a, judge: b };
    if (a.outcome !== b.outcome || a.exceptionType !== b.exceptionType)
      verdicts.push({ ...pair, cause: causeOfVerdict(a, b, cpuTimeMs) });
    else if (a.feedback !== b.feedback) feedbacks.push({ ...pair, cause: causeOfText(a.feedback, b.feedback) });
  }
  return { programs: mutants.length, verdicts, feedbacks };
}

function causeOfVerdict(plain: PlainVerdict, judge: JudgeVerdict, cpuTimeMs: number): string {
  const ends = [plain.outcome, judge.outcome];
  if (ends.includes('cpu_timeout') && Math.min(plain.cpuMs, judge.cpuTimeMs) > 0.6 * cpuTimeMs)
    return 'ends within reach of the CPU limit';
  return `${told(plain)} when plain, ${told(judge)} when judged`;
}

const ADDRESS = /0x[0-9a-f]{6,}/g;
/** A library's path in an ImportError, of which the judge tells no folder of the machine. */
const LIBRARY = /\((?:[^()\n]*\/lib\/python[\d.]+\/)?([^()\n]+)\)$/gm;

function causeOfText(plain: string, judge: string): string {
  if (plain.includes('RecursionError') && judge.includes('RecursionError'))
    return 'depth at which endless recursion ends';
  if (plain.replaceAll(ADDRESS, '') === judge.replaceAll(ADDRESS, '')) return 'memory address';
  if (plain.replaceAll(LIBRARY, '($1)') === judge.replaceAll(LIBRARY, '($1)')) return "folder of a library's file";
  const [last, other] = [plain, judge].map((text) => text.trimEnd().split('\n').at(-1));
  return last === other ? 'frames' : 'last line';
}

function told({ outcome, exceptionType }: { outcome: string; exceptionType: string }): string {
  return exceptionType === '' ? outcome : `${outcome} ${exceptionType}`;
}
