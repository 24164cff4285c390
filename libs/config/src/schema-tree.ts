import { z } from 'zod';

/** What a text value of a setting is turned into before the schema sees it. */
export type SettingKind = 'boolean' | 'number' | 'bigint' | 'text' | 'list' | 'json';

/** One setting that has a value of its own; nested objects are many settings. */
export interface Setting {
  /** Keys from the root, e.g. ['limits', 'cpuTimeMs']. */
  readonly path: readonly string[];
  readonly kind: SettingKind;
  /** Kind of a list's items. */
  readonly itemKind: SettingKind;
  /** From the schema's `.describe()`. */
  readonly description: string;
  readonly defaultValue: unknown;
  readonly required: boolean;
}

/** A schema under its wrappers, with what the wrappers say. */
interface Unwrapped {
  readonly core: z.core.$ZodType;
  readonly description: string;
  readonly defaultValue: unknown;
  readonly required: boolean;
}

/** Every setting of an object schema, in order, nested objects flattened. */
export function settingsOf(schema: z.core.$ZodType, path: readonly string[] = []): Setting[] {
  const { core, description, defaultValue, required } = unwrap(schema);
  if (core instanceof z.ZodObject) {
    return Object.entries(core.shape as Record<string, z.core.$ZodType>).flatMap(([key, child]) =>
      settingsOf(child, [...path, key]),
    );
  }
  const item = core instanceof z.ZodArray ? unwrap(core.element as z.core.$ZodType).core : core;
  return [{ path, kind: kindOf(core), itemKind: kindOf(item), description, defaultValue, required }];
}

/** Keys that an object schema does not have, with the object's known keys; looks into nested objects and lists. */
export function unknownKeys(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly (string | number)[] = [],
): { path: (string | number)[]; known: string[] }[] {
  const { core } = unwrap(schema);
  if (core instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, index) => unknownKeys(core.element as z.core.$ZodType, item, [...path, index]));
  }
  if (!(core instanceof z.ZodObject) || !isRecord(value)) return [];
  const shape = core.shape as Record<string, z.core.$ZodType>;
  return Object.entries(value).flatMap(([key, child]) => {
    const childSchema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (childSchema !== undefined) return unknownKeys(childSchema, child, [...path, key]);
    // An open schema says itself what further keys may hold.
    return core.def.catchall === undefined || core.def.catchall instanceof z.ZodNever
      ? [{ path: [...path, key], known: Object.keys(shape) }]
      : [];
  });
}

/** The values with every whole number a bigint where the schema wants one: YAML and JSON know one kind of number. */
export function withBigints(schema: z.core.$ZodType, value: unknown): unknown {
  const { core } = unwrap(schema);
  if (core instanceof z.ZodBigInt) return Number.isSafeInteger(value) ? BigInt(value as number) : value;
  if (core instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => withBigints(core.element as z.core.$ZodType, item));
  }
  if (!(core instanceof z.ZodObject) || !isRecord(value)) return value;
  const shape = core.shape as Record<string, z.core.$ZodType>;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const childSchema = Object.hasOwn(shape, key) ? shape[key] : undefined;
      return [key, childSchema === undefined ? child : withBigints(childSchema, child)];
    }),
  );
}

function unwrap(schema: z.core.$ZodType): Unwrapped {
  const description = z.globalRegistry.get(schema)?.description ?? '';
  const inner = (next: z.core.$ZodType, own: Partial<Unwrapped> = {}): Unwrapped => {
    const below = unwrap(next);
    return { ...below, ...own, description: description === '' ? below.description : description };
  };
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return inner(schema.def.innerType, { defaultValue: schema.def.defaultValue, required: false });
  }
  if (schema instanceof z.ZodOptional) return inner(schema.def.innerType, { required: false });
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly || schema instanceof z.ZodNonOptional) {
    return inner(schema.def.innerType);
  }
  if (schema instanceof z.ZodPipe) {
    return schema.def.in instanceof z.ZodTransform ? inner(schema.def.out) : inner(schema.def.in);
  }
  return { core: schema, description, defaultValue: undefined, required: true };
}

function kindOf(core: z.core.$ZodType): SettingKind {
  if (core instanceof z.ZodBoolean) return 'boolean';
  if (core instanceof z.ZodNumber) return 'number';
  if (core instanceof z.ZodBigInt) return 'bigint';
  if (core instanceof z.ZodArray) return 'list';
  if (core instanceof z.ZodRecord || core instanceof z.ZodTuple) return 'json';
  return 'text';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
