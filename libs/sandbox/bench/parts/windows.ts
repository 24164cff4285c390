import { quantile } from './statistics.ts';

/** Times of the programs of one stretch of a soak, milliseconds. */
export interface Window {
  readonly programs: number;
  readonly wallP50: number;
  readonly wallP99: number;
  readonly cpuP50: number;
  readonly cpuP99: number;
}

/** Times of programs in the order of their ends, milliseconds. */
export interface Times {
  readonly wallMs: Float64Array;
  readonly cpuMs: Float64Array;
}

/** Cuts the times of programs, in the order of their ends, into `count` stretches of equal length. */
export function windowsOf(times: Times, count: number): Window[] {
  const size = Math.ceil(times.wallMs.length / count);
  return Array.from({ length: count }, (_, i) => {
    const [wall, cpu] = [times.wallMs, times.cpuMs].map((all) => [...all.subarray(i * size, (i + 1) * size)]) as [
      number[],
      number[],
    ];
    return {
      programs: wall.length,
      wallP50: quantile(wall, 0.5),
      wallP99: quantile(wall, 0.99),
      cpuP50: quantile(cpu, 0.5),
      cpuP99: quantile(cpu, 0.99),
    };
  }).filter(({ programs }) => programs > 0);
}

/** By how much, relative to its middle, a straight line through `values` (Theil and Sen's) rises from the first to the last. */
export function drift(values: readonly number[]): number {
  const slopes = values.flatMap((a, i) => values.slice(i + 1).map((b, j) => (b - a) / (j + 1)));
  return (quantile(slopes, 0.5) * (values.length - 1)) / quantile(values, 0.5);
}
