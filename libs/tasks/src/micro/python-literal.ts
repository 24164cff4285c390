/** Plain data that a micro problem passes and expects; numbers are integers. */
export type Value = number | string | boolean | readonly Value[];

/** The value as Python's `repr` writes it; strings hold only characters that need no escape. */
export function pythonLiteral(value: Value): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  return `[${value.map(pythonLiteral).join(', ')}]`;
}
