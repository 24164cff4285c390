import { scaleLinear } from 'd3-scale';
import { type Html, html } from './html.ts';

/** An estimate in [0, 1] with its interval. */
export interface Interval {
  readonly label: string;
  readonly colour: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

const WIDTH = 560;
const ROW = 34;
const LEFT = 64;
const RIGHT = WIDTH - 20;

/** Estimates below each other on one axis from 0 to 100 %, each a dot with its interval as a bar. */
export function intervalChart(id: string, title: string, rows: readonly Interval[]): Html {
  const x = scaleLinear([0, 1], [LEFT, RIGHT]);
  const bottom = rows.length * ROW + 6;
  const text = ({ label, estimate, low, high }: Interval): string =>
    `${label}: ${(estimate * 100).toFixed(1)} % (95 % interval ${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)} %)`;
  return html`<svg viewBox="0 0 ${WIDTH} ${bottom + 24}" role="img" aria-labelledby="${id}-title ${id}-desc">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${rows.map(text).join('; ')}</desc>
    ${x
      .ticks(5)
      .map(
        (value) =>
          html`<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="6" y2="${bottom}" /><text
              class="tick"
              x="${x(value)}"
              y="${bottom + 16}"
            >
              ${Math.round(value * 100)} %
            </text>`,
      )}
    ${rows.map((row, index) => {
      const y = 6 + index * ROW + ROW / 2;
      return html`<g>
        <title>${text(row)}</title>
        <text class="row-label" x="0" y="${y + 4}">${row.label}</text>
        <line class="interval stroke-${row.colour}" x1="${x(row.low)}" x2="${x(row.high)}" y1="${y}" y2="${y}" />
        <circle class="fill-${row.colour}" cx="${x(row.estimate)}" cy="${y}" r="6" />
      </g>`;
    })}
  </svg>`;
}
