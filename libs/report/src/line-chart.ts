import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { chart, type ChartFrame, legend, PLOT, type Tick } from './chart-frame.ts';
import { type Html, html } from './html.ts';

/** A point with the text that hovering shows. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** One line; its colour is a name of the style sheet. */
export interface LineSeries {
  readonly label: string;
  readonly colour: string;
  /** In order of x; values that are not finite leave a gap. */
  readonly points: readonly LinePoint[];
}

/** A chart of lines with legend. Few points are drawn as dots too. */
export function lineChart(
  series: readonly LineSeries[],
  frame: Omit<ChartFrame, 'xTicks' | 'yTicks'> & {
    readonly xTicks: readonly { readonly value: number; readonly label: string }[];
    readonly yFormat: (value: number) => string;
    /** Ends the y axis no lower than here; it starts at 0. */
    readonly yAtLeast?: number;
    /** Begins the x axis, if no point lies before it. */
    readonly xFrom?: number;
  },
): Html {
  const points = series.flatMap((each) => each.points).filter(({ y }) => Number.isFinite(y));
  const xs = points.map(({ x }) => x);
  const [first, last] = [Math.min(frame.xFrom ?? Infinity, ...xs), Math.max(...xs)];
  const x = scaleLinear([first, last], [PLOT.left + 10, PLOT.right - 10]);
  const y = scaleLinear(
    [0, Math.max(frame.yAtLeast ?? 0, ...points.map((point) => point.y), 1e-9)],
    [PLOT.bottom, PLOT.top],
  ).nice(5);
  const path = line<LinePoint>(
    (point) => x(point.x),
    (point) => y(point.y),
  )
    .defined((point) => Number.isFinite(point.y))
    .digits(1);
  const yTicks: Tick[] = y.ticks(5).map((value) => ({ at: y(value), label: frame.yFormat(value) }));
  const xTicks: Tick[] = frame.xTicks.map(({ value, label }) => ({ at: x(value), label }));
  const lines = series.map(
    ({ colour, points: own }) =>
      html`<path class="line stroke-${colour}" d="${path(own) ?? ''}" />${own
          .filter((point) => own.length <= 40 && Number.isFinite(point.y))
          .map(
            (point) =>
              html`<circle class="fill-${colour}" cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="4">
                <title>${point.label}</title>
              </circle>`,
          )}`,
  );
  return html`${chart({ ...frame, xTicks, yTicks }, lines)}${series.length > 1 && legend(series)}`;
}
