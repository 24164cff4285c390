/** One value as JSON on one line; a bigint becomes its decimal digits in quotes. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, bigintAsText)}\n`;
}

/** A value as JSON for people to read; a bigint becomes its decimal digits in quotes. */
export function jsonPage(value: unknown): string {
  return `${JSON.stringify(value, bigintAsText, 2)}\n`;
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
