/**
 * The settings of a stored run as today's schema has to read them. Runs from before there were modes name none, and what
 * has another default since then stays for them as it was: a half-done run must end as it began.
 *
 * @param json anything; what is no such settings is given back as it is
 */
export function settingsFromBeforeModes(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || 'mode' in json) return json;
  const { fineTuning } = json as { readonly fineTuning?: unknown };
  const section = typeof fineTuning === 'object' && fineTuning !== null ? fineTuning : {};
  return { ...json, fineTuning: { layout: 'padded', ...section } };
}
