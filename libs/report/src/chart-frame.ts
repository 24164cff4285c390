import { type Html, html } from './html.ts';

/** Size and margins of a chart in SVG units; the page scales it to its column. */
export const FRAME = { width: 560, height: 260, top: 14, right: 16, bottom: 40, left: 66 } as const;

/** Where data is drawn, in SVG units. */
export const PLOT = {
  left: FRAME.left,
  right: FRAME.width - FRAME.right,
  top: FRAME.top,
  bottom: FRAME.height - FRAME.bottom,
} as const;

/** A place on an axis: its label and its offset in SVG units. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** What is around the data: axes, names, and the words a screen reader gets. */
export interface ChartFrame {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in a sentence with its main figures. */
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
}

/** An SVG with grid, axes and text alternatives around `content`. Colours come from the page's style sheet. */
export function chart(frame: ChartFrame, content: Html | readonly Html[]): Html {
  const { id, title, description, xLabel, yLabel, xTicks, yTicks } = frame;
  const middle = (PLOT.top + PLOT.bottom) / 2;
  return html`<svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-labelledby="${id}-title ${id}-desc">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${description}</desc>
    ${yTicks.map(
      ({ at, label }) =>
        html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}" /><text
            class="tick end"
            x="${PLOT.left - 8}"
            y="${at + 4}"
          >
            ${label}
          </text>`,
    )}
    ${xTicks.map(({ at, label }) => html`<text class="tick" x="${at}" y="${PLOT.bottom + 18}">${label}</text>`)}
    <text class="axis" x="${(PLOT.left + PLOT.right) / 2}" y="${FRAME.height - 4}">${xLabel}</text>
    <text class="axis" transform="translate(12 ${middle}) rotate(-90)">${yLabel}</text>
    ${content}
  </svg>`;
}

/** The names of a chart's colours. */
export function legend(entries: readonly { readonly label: string; readonly colour: string }[]): Html {
  return html`<ul class="legend">
    ${entries.map(({ label, colour }) => html`<li><span class="swatch fill-${colour}"></span>${label}</li>`)}
  </ul>`;
}
