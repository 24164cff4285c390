import { scaleBand, scaleLinear } from 'd3-scale';
import { chart, type ChartFrame, legend, PLOT } from './chart-frame.ts';
import { type Html, html } from './html.ts';

/** One bar: the sizes of its parts, in the order of the parts. */
export interface StackedBar {
  readonly label: string;
  readonly values: readonly number[];
}

/** What a part is called and drawn with; `describe` gives the text that hovering shows. */
export interface BarPart {
  readonly label: string;
  readonly colour: string;
  readonly describe: (value: number, bar: StackedBar) => string;
}

/** A chart of bars stacked from below, with legend. */
export function stackedBars(
  bars: readonly StackedBar[],
  parts: readonly BarPart[],
  frame: Omit<ChartFrame, 'xTicks' | 'yTicks'> & { readonly yFormat: (value: number) => string },
): Html {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const x = scaleBand(
    bars.map((bar) => bar.label),
    [PLOT.left, PLOT.right],
  ).padding(0.25);
  const highest = Math.max(...bars.map((bar) => total(bar.values)), 1e-9);
  const y = scaleLinear([0, highest], [PLOT.bottom, PLOT.top]);
  const width = Math.min(x.bandwidth(), 64);
  const centre = (bar: StackedBar): number => (x(bar.label) ?? 0) + x.bandwidth() / 2;
  const blocks = bars.map((bar) =>
    bar.values.map((value, index) => {
      const part = parts[index];
      if (part === undefined || value === 0) return undefined;
      const below = total(bar.values.slice(0, index));
      const [top, bottom] = [y(below + value), y(below)];
      return html`<rect
        class="part fill-${part.colour}"
        x="${(centre(bar) - width / 2).toFixed(1)}"
        y="${top.toFixed(1)}"
        width="${width.toFixed(1)}"
        height="${(bottom - top).toFixed(1)}"
      >
        <title>${part.describe(value, bar)}</title>
      </rect>`;
    }),
  );
  const every = Math.ceil(bars.length / 16);
  const xTicks = bars.filter((_, index) => index % every === 0).map((bar) => ({ at: centre(bar), label: bar.label }));
  const yTicks = y.ticks(5).map((value) => ({ at: y(value), label: frame.yFormat(value) }));
  const used = parts.filter((_, index) => bars.some((bar) => (bar.values[index] ?? 0) > 0));
  return html`${chart({ ...frame, xTicks, yTicks }, html`${blocks}`)}${legend(used)}`;
}
