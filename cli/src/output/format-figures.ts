/** Seconds as "8.3 s", "2 min 05 s" or "1 h 02 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** A share in [0, 1] with three decimals, as papers print pass@k: "0.413". */
export const formatShare = (share: number): string => share.toFixed(3);

/** A share with its 95 % interval: "0.413 [0.340, 0.470]". */
export const formatInterval = ({ estimate, low, high }: { estimate: number; low: number; high: number }): string =>
  `${formatShare(estimate)} [${formatShare(low)}, ${formatShare(high)}]`;

/**
 * A line for pass@k. Where all problems have the same value, drawing among them again shows no spread, and an interval of
 * equal ends would look like certainty.
 */
export function formatPassAtK(k: number, interval: { estimate: number; low: number; high: number }): string {
  const [value, remark] =
    interval.low === interval.high
      ? [formatShare(interval.estimate), 'all problems alike, so there is no interval']
      : [formatInterval(interval), '95 % interval over problems'];
  return `${`pass@${k}`.padEnd(10)}${value}  (${remark})`;
}

/** A difference with its sign: "+0.320 [+0.240, +0.400]". */
export function formatDifference({ estimate, low, high }: { estimate: number; low: number; high: number }): string {
  const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
  return `${signed(estimate)} [${signed(low)}, ${signed(high)}]`;
}

/** Bytes as "1.5 GiB". */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
