import { InvalidArgumentError, type FieldViolation } from '@leti/rpc';

/**
 * A place in a message that is being read. All places of one message share one list of violations, so a reader reports
 * what is wrong, goes on with a stand-in value, and the caller hears of every problem at once.
 */
export class FieldPath {
  readonly #path: string;
  readonly #violations: FieldViolation[];

  private constructor(path: string, violations: FieldViolation[]) {
    this.#path = path;
    this.#violations = violations;
  }

  /**
   * Reads a message and fails if any rule was broken on the way.
   * @param read gets the message's root; what it returns is used only when nothing was reported
   * @throws {InvalidArgumentError} with every violation, in the order they were found
   */
  static validated<T>(read: (root: FieldPath) => T): T {
    const { value, violations } = FieldPath.collected(read);
    if (violations.length > 0) throw new InvalidArgumentError(violations);
    return value;
  }

  /**
   * Reads a message and gives back what was reported, for a caller who looks for more that is wrong before it fails.
   * @returns stand-ins are in the value where `violations` says so
   */
  static collected<T>(read: (root: FieldPath) => T): { value: T; violations: readonly FieldViolation[] } {
    const violations: FieldViolation[] = [];
    return { value: read(new FieldPath('', violations)), violations };
  }

  /** The place of a field of this message. */
  field(name: string): FieldPath {
    return new FieldPath(this.#path === '' ? name : `${this.#path}.${name}`, this.#violations);
  }

  /** The place of an element of this repeated field. */
  index(position: number): FieldPath {
    return new FieldPath(`${this.#path}[${position}]`, this.#violations);
  }

  /** Reports that this place holds `value` where `expectation` (e.g. `must be at least 1`) was due. */
  reject(expectation: string, value: unknown): void {
    this.#violations.push({ field: this.#path, description: `${expectation}, got ${shown(value)}` });
  }

  /** Reports unless `holds`. */
  expect(holds: boolean, expectation: string, value: unknown): void {
    if (!holds) this.reject(expectation, value);
  }

  /** What `read` gives, unless it reported something: then undefined, so that nothing is built on a stand-in. */
  unlessReported<T>(read: () => T): T | undefined {
    const before = this.#violations.length;
    const value = read();
    return this.#violations.length === before ? value : undefined;
  }

  /** Reports a message field that is not set; returns whether it is. */
  present<T>(value: T | undefined): value is T {
    if (value === undefined) this.#violations.push({ field: this.#path, description: 'must be set' });
    return value !== undefined;
  }
}

const MAX_SHOWN = 80;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`;
}
