import { type OutcomeCounts, OUTCOMES } from '@leti/leti';
import { grouped, percent, points, spaced } from './format.ts';
import { type Html, html } from './html.ts';
import { intervalChart } from './interval-chart.ts';
import type { BenchmarkComparison } from './report-data.ts';

const share = (count: number, samples: number): string => percent(samples === 0 ? 0 : count / samples);

function outcomeRows({ before, after }: BenchmarkComparison): Html[] {
  const of = (counts: OutcomeCounts, outcome: (typeof OUTCOMES)[number]): number => counts[outcome] ?? 0;
  return OUTCOMES.filter((outcome) => of(before.outcomes, outcome) + of(after.outcomes, outcome) > 0).map((outcome) => {
    const [a, b] = [of(before.outcomes, outcome), of(after.outcomes, outcome)];
    return html`<tr>
      <th scope="row">${spaced(outcome)}</th>
      <td>${grouped(a)}</td>
      <td class="quiet">${share(a, before.samples)}</td>
      <td>${grouped(b)}</td>
      <td class="quiet">${share(b, after.samples)}</td>
    </tr>`;
  });
}

function passRows({ before, after }: BenchmarkComparison): Html[] {
  return before.passAtK.flatMap((a) => {
    const b = after.passAtK.find(({ k }) => k === a.k);
    const interval = ({ low, high }: { low: number; high: number }): string => `${percent(low)} – ${percent(high)}`;
    return b === undefined
      ? []
      : [
          html`<tr class="strong">
            <th scope="row">pass@${a.k}</th>
            <td>${percent(a.estimate)}</td>
            <td class="quiet">${interval(a)}</td>
            <td>${percent(b.estimate)}</td>
            <td class="quiet">${interval(b)}</td>
          </tr>`,
        ];
  });
}

/** Before and after: pass@1 with intervals drawn, then every figure in a table. */
export function comparisonSection(comparison: BenchmarkComparison): Html {
  const { before, after, difference, task, split, samplesPerProblem, temperature } = comparison;
  const [a, b] = [before.passAtK[0], after.passAtK[0]];
  return html`<section>
    <h2>Before and after</h2>
    <p>
      ${grouped(before.problems)} problems of <strong>${task} ${split}</strong>, ${samplesPerProblem} samples each at
      temperature ${temperature}, judged by the benchmark service.
      ${
        difference !== undefined &&
        html`Over the same problems pass@1 changed by <strong>${points(difference.estimate)} points</strong> (95 %
          interval ${points(difference.low)} to ${points(difference.high)}).`
      }
    </p>
    ${
      a !== undefined &&
      b !== undefined &&
      intervalChart('pass', `pass@${a.k} with 95 % intervals`, [
        { label: 'before', colour: 'before', ...a },
        { label: 'after', colour: 'passed', ...b },
      ])
    }
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <td></td>
            <th scope="col" colspan="2">before</th>
            <th scope="col" colspan="2">after</th>
          </tr>
        </thead>
        <tbody>
          ${passRows(comparison)}${outcomeRows(comparison)}
        </tbody>
      </table>
    </div>
  </section>`;
}
