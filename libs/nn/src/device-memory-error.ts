/** The memory setting is too small for what was asked for. Thrown before anything of it is computed. */
export class DeviceMemoryError extends Error {
  override readonly name = 'DeviceMemoryError';
  /** What it would need. */
  readonly neededBytes: number;
  /** The setting. */
  readonly memoryBytes: number;

  /** @param place what needs so much, for the message */
  constructor(neededBytes: number, memoryBytes: number, place: string) {
    super(`${place} needs ${inMebibytes(neededBytes)}, got a memory setting of ${inMebibytes(memoryBytes)}`);
    this.neededBytes = neededBytes;
    this.memoryBytes = memoryBytes;
  }
}

/** A size as messages have it: `1.50 MiB`. */
export function inMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)} MiB`;
}
