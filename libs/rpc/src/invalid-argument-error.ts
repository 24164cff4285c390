/** One bad field of a request. */
export interface FieldViolation {
  /** Path from the request, protobuf field names joined by dots, e.g. `sampling.temperature` or `problems[2].tests`. */
  readonly field: string;
  /** What was expected and what came, e.g. `must be >= 0, got -1`. */
  readonly description: string;
}

/** A request that breaks its contract; becomes INVALID_ARGUMENT with a BadRequest detail. */
export class InvalidArgumentError extends Error {
  override readonly name = 'InvalidArgumentError';
  readonly violations: readonly FieldViolation[];

  /** @param violations every bad field, one or more */
  constructor(violations: readonly FieldViolation[], options?: ErrorOptions) {
    super(violations.map(({ field, description }) => `${field} ${description}`).join('; '), options);
    this.violations = violations;
  }
}

/** Collects the bad fields of one request, so that all are told at once. */
export class Violations {
  readonly #found: FieldViolation[] = [];

  /** Notes a bad field. */
  add(field: string, description: string): void {
    this.#found.push({ field, description });
  }

  /** Notes a bad field unless `valid`; returns `valid`. */
  check(valid: boolean, field: string, description: string): boolean {
    if (!valid) this.add(field, description);
    return valid;
  }

  /** Every bad field noted so far. */
  get found(): readonly FieldViolation[] {
    return this.#found;
  }

  /** @throws {InvalidArgumentError} when a bad field was noted */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new InvalidArgumentError(this.#found);
  }
}
