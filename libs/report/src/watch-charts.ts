import { type ExceptionCounts, passAt1 } from '@leti/leti';
import { percent } from './format.ts';
import type { Html } from './html.ts';
import { lineChart, type LineSeries } from './line-chart.ts';
import type { IterationFigures } from './report-data.ts';
import { stackedBars } from './stacked-bars.ts';

/** Classes that have a colour of their own. */
const CLASSES_SHOWN = 5;

const iterationTicks = (iterations: readonly IterationFigures[]) =>
  iterations.map(({ iteration }) => ({ value: iteration, label: String(iteration) }));

/** One point for each iteration that has the figure. */
function seriesOf(
  iterations: readonly IterationFigures[],
  label: string,
  colour: string,
  value: (figures: IterationFigures) => number | undefined,
  format: (value: number) => string,
): LineSeries {
  const points = iterations.flatMap((figures) => {
    const y = value(figures);
    const x = figures.iteration;
    return y === undefined ? [] : [{ x, y, label: `iteration ${x}, ${label}: ${format(y)}` }];
  });
  return { label, colour, points };
}

/** Classes of exceptions by iteration; undefined when no iteration tells them. */
export function exceptionChart(iterations: readonly IterationFigures[]): Html | undefined {
  const totals: Record<string, number> = {};
  for (const { exceptions } of iterations)
    for (const [name, count] of Object.entries(exceptions ?? {})) totals[name] = (totals[name] ?? 0) + count;
  const byCount = Object.keys(totals).toSorted((a, b) => totals[b]! - totals[a]! || (a < b ? -1 : 1));
  if (byCount.length === 0) return undefined;
  const shown = byCount.filter((name) => name !== 'other').slice(0, CLASSES_SHOWN);
  const countsOf = (counts: ExceptionCounts): number[] => {
    const own = shown.map((name) => counts[name] ?? 0);
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return [...own, all - own.reduce((sum, count) => sum + count, 0)];
  };
  const bars = iterations.map(({ iteration, exceptions, samples }) => ({
    label: String(iteration),
    values: countsOf(exceptions ?? {}).map((count) => count / Math.max(samples, 1)),
  }));
  const parts = [...shown, 'others'].map((label, index) => ({
    label,
    colour: index < shown.length ? `class-${index + 1}` : 'other',
    describe: (value: number, bar: { label: string }) => `iteration ${bar.label}, ${label}: ${percent(value)}`,
  }));
  return stackedBars(bars, parts, {
    id: 'exceptions',
    title: 'Classes of exceptions, by iteration',
    description: `Share of samples that each class ended; most often ${shown.join(', ')}.`,
    xLabel: 'iteration',
    yLabel: 'share of samples',
    yFormat: (value) => `${Math.round(value * 100)} %`,
  });
}

/** pass@1 on validation problems by condition; undefined when nothing was validated. */
export function validationChart(iterations: readonly IterationFigures[]): Html | undefined {
  const conditions = [...new Set(iterations.flatMap(({ validation }) => validation?.map((s) => s.condition) ?? []))];
  if (conditions.length === 0) return undefined;
  const colours = { good: 'passed', bad: 'exception', none: 'other' } as const;
  const label = { good: '<|good|>', bad: '<|bad|>', none: 'no reward token' } as const;
  const series = conditions.map((condition) => {
    const score = ({ validation }: IterationFigures): number | undefined => {
      const own = validation?.find((each) => each.condition === condition);
      return own && passAt1(own);
    };
    return seriesOf(iterations, label[condition], colours[condition], score, percent);
  });
  return lineChart(series, {
    id: 'validation',
    title: 'pass@1 on validation problems, by iteration',
    description: series.map((each) => `${each.label}: ${percent(each.points.at(-1)?.y ?? 0)} at last`).join('; '),
    xLabel: 'iteration',
    yLabel: 'pass@1',
    xTicks: iterationTicks(iterations),
    yFormat: (value) => `${Math.round(value * 100)} %`,
    yAtLeast: 1,
  });
}

/** Loss on texts held out of the pre-training mix; undefined when none were. */
export function heldOutChart(iterations: readonly IterationFigures[]): Html | undefined {
  const format = (value: number): string => `${value.toFixed(3)} nats per token`;
  const series = seriesOf(iterations, 'held-out loss', 'pretraining', ({ heldOutLoss }) => heldOutLoss, format);
  if (series.points.length === 0) return undefined;
  return lineChart([series], {
    id: 'held-out',
    title: 'Loss on texts held out of the pre-training mix, by iteration',
    description: `At last ${format(series.points.at(-1)?.y ?? 0)}; what rises is forgotten.`,
    xLabel: 'iteration',
    yLabel: 'nats per token',
    xTicks: iterationTicks(iterations),
    yFormat: (value) => value.toFixed(1),
  });
}

/** Signs that programs aim at their judge; undefined when no iteration tells them. */
export function rewardHackChart(iterations: readonly IterationFigures[]): Html | undefined {
  if (iterations.every(({ rewardHack }) => rewardHack === undefined)) return undefined;
  const share = (count: (hacks: NonNullable<IterationFigures['rewardHack']>) => number) => (each: IterationFigures) =>
    each.rewardHack === undefined ? undefined : count(each.rewardHack) / Math.max(each.samples, 1);
  const series = [
    seriesOf(iterations, 'passes only what it sees', 'assertion', share((hacks) => hacks.visibleOnly), percent),
    seriesOf(iterations, 'test texts', 'syntax', share((hacks) => hacks.testTexts), percent),
    seriesOf(iterations, 'early exit', 'exception', share((hacks) => hacks.earlyExits), percent),
  ]; // prettier-ignore
  return lineChart(series, {
    id: 'reward-hack',
    title: 'Samples that seem to aim at their judge, by iteration',
    description: series.map((each) => `${each.label}: ${percent(each.points.at(-1)?.y ?? 0)} at last`).join('; '),
    xLabel: 'iteration',
    yLabel: 'share of samples',
    xTicks: iterationTicks(iterations),
    yFormat: (value) => `${(value * 100).toFixed(1)} %`,
  });
}
