/** An error as it crosses the process boundary. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Own fields beside name, message, stack and cause, as far as they can be copied. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause?: WireError;
}

/** Any class of errors, whatever its constructor takes. */
export type RevivableError = abstract new (...args: never[]) => Error;

const MAX_CAUSES = 8;

/** Prepares what was thrown for the way. */
export function wireErrorFrom(thrown: unknown, depth = 0): WireError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const fields = Object.fromEntries(
    Object.entries(error).filter(
      ([key, value]) => !['name', 'message', 'stack', 'cause'].includes(key) && copies(value),
    ),
  );
  const { name, message, stack = '' } = error;
  const wire = { name, message, stack, fields };
  return error.cause === undefined || depth >= MAX_CAUSES
    ? wire
    : { ...wire, cause: wireErrorFrom(error.cause, depth + 1) };
}

/**
 * The error on the other side: of the class in `classes` whose name it has, else a plain Error with the name. No
 * constructor runs; fields are copied.
 */
export function errorFromWire(
  { name, message, stack, fields, cause }: WireError,
  classes: readonly RevivableError[],
): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause: errorFromWire(cause, classes) });
  const errorClass = classes.find((each) => each.name === name);
  if (errorClass !== undefined) Object.setPrototypeOf(error, errorClass.prototype as object);
  Object.assign(error, fields);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true, enumerable: false });
  error.stack = stack;
  return error;
}

function copies(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
