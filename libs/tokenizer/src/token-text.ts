/** The text of a token in a Hugging Face JSON file, which has it as text or as an object; undefined for anything else. */
export function tokenText(value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null;
  const text: unknown = isObject ? (value as { readonly content?: unknown }).content : value;
  return typeof text === 'string' ? text : undefined;
}
