import { type Family, family, type FamilyDefinition, fill, type Parameters } from '../micro/family.ts';
import type { Value } from '../micro/python-literal.ts';

/** A method of a built-in type that a problem asks for in words, and the names that authors make up for it. */
export interface OperationDefinition<P extends Parameters, A extends readonly Value[]> extends Omit<
  FamilyDefinition<P, A>,
  'name' | 'right' | 'wrong' | 'habit'
> {
  /** The method as Python has it; unique among operations. */
  readonly method: string;
  /** A body with `{method}` where its name stands. */
  readonly call: string;
  /** Invented names are every stem followed by every tail. */
  readonly stems: readonly string[];
  readonly tails: readonly string[];
}

/**
 * A family whose wrong programs differ from the right one in nothing but the method's name. Each ends in an
 * AttributeError that spells the name which does not exist.
 */
export function operation<P extends Parameters, A extends readonly Value[]>(
  definition: OperationDefinition<P, A>,
): Family {
  const { method, call, stems, tails, ...rest } = definition;
  const body = (name: string): string => fill(call, { method: name });
  const invented = stems.flatMap((stem) => tails.map((tail) => stem + tail)).filter((name) => name !== method);
  return family({ ...rest, name: method, right: [body(method)], wrong: invented.map(body), habit: 'misconception' });
}
