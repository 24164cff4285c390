import { type FieldViolation, InvalidArgumentError, isKnownError, rpcErrorFrom } from '@leti/rpc';
import { TRAINER_STATUSES } from './status-table.ts';

/** One lookup, and what was wrong with it. */
interface Asked {
  readonly field: string;
  error?: unknown;
}

/**
 * Looks up what settings refer to, and gathers what is wrong, so that people hear of everything at once.
 *
 * One thing that is wrong is thrown as it is, so that a missing checkpoint stays NOT_FOUND; several become one
 * {@link InvalidArgumentError}.
 */
export class Lookups {
  /** In the order in which they were asked for, whatever the order in which they were answered. */
  readonly #asked: Asked[] = [];
  readonly #violations: readonly FieldViolation[];

  /** @param violations that were found before, by reading the message */
  constructor(violations: readonly FieldViolation[] = []) {
    this.#violations = violations;
  }

  /**
   * Looks one thing up, unless what it is named by has been reported already.
   * @param field where the settings name it
   * @param within the part of the settings that must be sound for it; default: `field`
   * @returns undefined when it cannot be had
   * @throws errors that are not the settings' fault
   */
  async find<T>(field: string, work: () => Promise<T> | T, within: string = field): Promise<T | undefined> {
    const isIn = (path: string): boolean =>
      path === within || path.startsWith(`${within}.`) || within.startsWith(`${path}.`);
    if (this.#violations.some((violation) => isIn(violation.field))) return undefined;
    const asked: Asked = { field };
    this.#asked.push(asked);
    try {
      return await work();
    } catch (error) {
      if (!isKnownError(error, TRAINER_STATUSES)) throw error;
      asked.error = error;
      return undefined;
    }
  }

  /** @throws what was found wrong, if anything was */
  done(): void {
    const wrong = this.#asked.filter(({ error }) => error !== undefined);
    if (wrong.length === 1 && this.#violations.length === 0) throw wrong[0]!.error;
    const violations = [...this.#violations, ...wrong.flatMap(({ field, error }) => violationsOf(field, error))];
    if (violations.length > 0) throw new InvalidArgumentError(violations);
  }
}

function violationsOf(field: string, error: unknown): readonly FieldViolation[] {
  const { violations, message } = rpcErrorFrom(error, TRAINER_STATUSES);
  return violations.length > 0 ? violations : [{ field, description: message }];
}
