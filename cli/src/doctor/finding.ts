/** One thing that `leti doctor` looked at. */
export interface Finding {
  readonly name: string;
  /** `fail`: LETI does not work so; `warn`: something will be slower, weaker or missing. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it; empty when all is well. */
  readonly remedy: string;
}

export const ok = (name: string, detail: string): Finding => ({ name, state: 'ok', detail, remedy: '' });

export const warn = (name: string, detail: string, remedy: string): Finding => ({
  name,
  state: 'warn',
  detail,
  remedy,
});

export const fail = (name: string, detail: string, remedy: string): Finding => ({
  name,
  state: 'fail',
  detail,
  remedy,
});
