/** `V` with a value for everything that `D` has one for. */
export type Filled<V, D> = Omit<V, keyof D> & { readonly [K in keyof D & keyof V]: Exclude<V[K], undefined> };

/** The values, and a default wherever one is undefined; keys keep their order. Values and defaults stay as they are. */
export function withDefaults<V extends object, D extends { readonly [K in keyof D]: K extends keyof V ? V[K] : never }>(
  values: V,
  defaults: D,
): Filled<V, D> {
  const missing = Object.entries(defaults).filter(([key]) => values[key as keyof V] === undefined);
  return { ...values, ...Object.fromEntries(missing) } as unknown as Filled<V, D>;
}
