import { printable, printableJson } from './printable.ts';

/**
 * Where a command writes. Results go to stdout: text for people, or with `--json` one JSON document (JSON lines for
 * streams) and nothing else. How work goes on is told on stderr, so that a pipe gets results only.
 */
export interface Output {
  readonly json: boolean;
  /** Whether stderr is a terminal, where progress may be drawn over. */
  readonly isTty: boolean;
  /** A line of the result, for people, made printable; nothing with `--json`. */
  text(line?: string): void;
  /** The result for programs, one line; nothing without `--json`. */
  data(value: unknown): void;
  /** A line about how work goes on, made printable. */
  note(line: string): void;
}

/** 64-bit numbers as digits in a string, as protobuf's JSON has them. */
const jsonValue = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** An {@link Output} on two streams. */
export function createOutput(
  { json }: { readonly json: boolean },
  stdout: NodeJS.WritableStream = process.stdout,
  stderr: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stderr,
): Output {
  return {
    json,
    isTty: stderr.isTTY === true,
    text(line = '') {
      if (!json) stdout.write(`${printable(line)}\n`);
    },
    data(value) {
      if (json) stdout.write(`${printableJson(JSON.stringify(value, jsonValue))}\n`);
    },
    note(line) {
      stderr.write(`${printable(line)}\n`);
    },
  };
}
