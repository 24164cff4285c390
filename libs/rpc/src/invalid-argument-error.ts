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
