import { type Phase, PHASES } from '@leti/leti';
import { duration, grouped, percent } from './format.ts';
import { type Html, html } from './html.ts';
import { lineChart, type LineSeries } from './line-chart.ts';
import { countIn, OUTCOME_GROUPS } from './outcome-groups.ts';
import type { IterationFigures, StepLosses } from './report-data.ts';
import { stackedBars } from './stacked-bars.ts';
import { exceptionChart, heldOutChart, rewardHackChart, validationChart } from './watch-charts.ts';

const MOST_POINTS = 96;

function passChart(iterations: readonly IterationFigures[]): Html {
  const [first, last] = [iterations[0], iterations.at(-1)];
  return lineChart(
    [
      {
        label: 'train pass@1',
        colour: 'passed',
        points: iterations.map(({ iteration, trainPassAt1 }) => ({
          x: iteration,
          y: trainPassAt1,
          label: `iteration ${iteration}: ${percent(trainPassAt1)}`,
        })),
      },
      ...(iterations.some(({ executableRate }) => executableRate !== undefined)
        ? [
            {
              label: 'executable',
              colour: 'timeout',
              points: iterations.flatMap(({ iteration, executableRate: y }) =>
                y === undefined
                  ? []
                  : [{ x: iteration, y, label: `iteration ${iteration}, executable: ${percent(y)}` }],
              ),
            },
          ]
        : []),
    ],
    {
      id: 'train-pass',
      title: 'Training samples that pass, by iteration',
      description: `From ${percent(first?.trainPassAt1 ?? 0)} to ${percent(last?.trainPassAt1 ?? 0)}.`,
      xLabel: 'iteration',
      yLabel: 'share of samples',
      xTicks: iterations.map(({ iteration }) => ({ value: iteration, label: String(iteration) })),
      yFormat: (value) => `${Math.round(value * 100)} %`,
      yAtLeast: 1,
    },
  );
}

function outcomeChart(iterations: readonly IterationFigures[]): Html {
  const bars = iterations.map(({ iteration, outcomes, samples }) => ({
    label: String(iteration),
    values: OUTCOME_GROUPS.map((group) => countIn(group, outcomes) / Math.max(samples, 1)),
  }));
  const parts = OUTCOME_GROUPS.map(({ label, colour }) => ({
    label,
    colour,
    describe: (value: number, bar: { label: string }) => `iteration ${bar.label}, ${label}: ${percent(value)}`,
  }));
  return stackedBars(bars, parts, {
    id: 'outcomes',
    title: 'Outcomes of the training samples, by iteration',
    description: 'Share of samples with each outcome; the numbers are in the table below.',
    xLabel: 'iteration',
    yLabel: 'share of samples',
    yFormat: (value) => `${Math.round(value * 100)} %`,
  });
}

/** Means over equal stretches, so that a long run stays a readable line; `at` counts iterations. */
function thinned(steps: readonly StepLosses[], loss: 'fcftLoss' | 'pretrainingLoss'): { at: number; value: number }[] {
  const measured = steps.filter((step) => step[loss] > 0);
  const size = Math.max(1, Math.ceil(measured.length / MOST_POINTS));
  return Array.from({ length: Math.ceil(measured.length / size) }, (_, index) => {
    const stretch = measured.slice(index * size, (index + 1) * size);
    const mean = (of: (step: StepLosses) => number): number =>
      stretch.reduce((sum, step) => sum + of(step), 0) / stretch.length;
    return {
      at: mean(({ iteration, step, stepsTotal }) => iteration - 1 + step / Math.max(stepsTotal, 1)),
      value: mean((step) => step[loss]),
    };
  });
}

function lossChart(steps: readonly StepLosses[]): Html {
  const kinds = [
    { label: 'FCFT', colour: 'fcft', loss: 'fcftLoss' },
    { label: 'pre-training mix', colour: 'pretraining', loss: 'pretrainingLoss' },
  ] as const;
  const series: LineSeries[] = kinds
    .map(({ label, colour, loss }) => ({
      label,
      colour,
      points: thinned(steps, loss).map(({ at, value }) => ({
        x: at,
        y: value,
        label: `after ${at.toFixed(2)} iterations, ${label}: ${value.toFixed(3)} nats per token`,
      })),
    }))
    .filter(({ points }) => points.length > 0);
  const iterations = steps.at(-1)?.iteration ?? 0;
  const every = Math.ceil(iterations / 12);
  return lineChart(series, {
    id: 'losses',
    title: 'Losses by optimizer step',
    description: `Over ${iterations} iterations; last FCFT loss ${steps.at(-1)?.fcftLoss.toFixed(3)} nats per token.`,
    xLabel: 'iterations done',
    yLabel: 'nats per token',
    xTicks: Array.from({ length: Math.floor(iterations / every) + 1 }, (_, index) => index * every).map((value) => ({
      value,
      label: String(value),
    })),
    xFrom: 0,
    yFormat: (value) => value.toFixed(1),
  });
}

/** Phases that some iteration had. */
function phasesOf(iterations: readonly IterationFigures[]): readonly Phase[] {
  return PHASES.filter((phase) => iterations.some(({ phases }) => phases[phase] !== undefined));
}

function phaseChart(iterations: readonly IterationFigures[]): Html {
  const shown = phasesOf(iterations);
  const parts = shown.map((phase) => ({
    label: phase,
    colour: `phase-${phase}`,
    describe: (value: number, bar: { label: string }) => `iteration ${bar.label}, ${phase}: ${duration(value)}`,
  }));
  const bars = iterations.map(({ iteration, phases }) => ({
    label: String(iteration),
    values: shown.map((phase) => phases[phase] ?? 0),
  }));
  return stackedBars(bars, parts, {
    id: 'phases',
    title: 'Time per phase, by iteration',
    description: 'Seconds; sampling and evaluation overlap, so a bar may be longer than the iteration took.',
    xLabel: 'iteration',
    yLabel: 'seconds',
    yFormat: String,
  });
}

function table(iterations: readonly IterationFigures[]): Html {
  const shown = phasesOf(iterations);
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">iteration</th>
          <th scope="col">samples</th>
          <th scope="col">distinct</th>
          <th scope="col">executable</th>
          ${OUTCOME_GROUPS.map(({ label }) => html`<th scope="col">${label}</th>`)}
          <th scope="col">FCFT loss</th>
          <th scope="col">pre-training loss</th>
          ${shown.map((phase) => html`<th scope="col">${phase}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${iterations.map(
          (figures) =>
            html`<tr>
              <th scope="row">${figures.iteration}</th>
              <td>${grouped(figures.samples)}</td>
              <td>${grouped(figures.distinctPrograms)}</td>
              <td>${figures.executableRate === undefined ? '–' : percent(figures.executableRate)}</td>
              ${OUTCOME_GROUPS.map((group) => html`<td>${grouped(countIn(group, figures.outcomes))}</td>`)}
              <td>${figures.fcftLoss.toFixed(3)}</td>
              <td>${figures.pretrainingLoss > 0 ? figures.pretrainingLoss.toFixed(3) : '–'}</td>
              ${shown.map((phase) => html`<td>${duration(figures.phases[phase] ?? 0)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const figure = (title: string, content: Html): Html =>
  html`<figure>
    <figcaption>${title}</figcaption>
    ${content}
  </figure>`;

const maybe = (title: string, content: Html | undefined): Html | undefined => content && figure(title, content);

/** Charts over the iterations, those that there are figures for, and the numbers behind them. */
export function iterationSection(iterations: readonly IterationFigures[], steps: readonly StepLosses[]): Html {
  return html`<section>
    <h2>Iterations</h2>
    <div class="charts">
      ${figure('Training samples that pass', passChart(iterations))}
      ${figure('Outcomes of training samples', outcomeChart(iterations))}
      ${maybe('Validation', validationChart(iterations))}
      ${maybe('Exceptions of training samples', exceptionChart(iterations))}
      ${steps.length > 0 && figure('Losses', lossChart(steps))} ${maybe('Forgetting', heldOutChart(iterations))}
      ${maybe('Reward-hack watch', rewardHackChart(iterations))} ${figure('Time per phase', phaseChart(iterations))}
    </div>
    <details>
      <summary>The numbers</summary>
      ${table(iterations)}
    </details>
  </section>`;
}
