/** A share in [0, 1] as "41.3 %", with a no-break space. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)}\u00a0%`;

/** A difference of shares in percentage points, signed: "+32.0". */
export const points = (difference: number): string =>
  `${difference < 0 ? '−' : '+'}${Math.abs(difference * 100).toFixed(1)}`;

/** Seconds as "8.3 s", "2 min 5 s" or "1 h 2 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** A word with underscores as people write it: "failed assertion". */
export const spaced = (word: string): string => word.replaceAll('_', ' ');

/** A whole number with thin spaces between thousands. */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
