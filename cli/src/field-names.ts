const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const OTHER_NAMES: Readonly<Record<string, string>> = {
  cpu_time: 'cpuTimeMs',
  wall_time: 'wallTimeMs',
  feedback_style: 'style',
  max_feedback_tokens: 'maxTokens',
  feedback_values: 'values',
};

/** The key of a training file that a field of `CreateTrainingRunRequest` comes from. */
export function trainingKeyOf(field: string): string {
  return field
    .replace(/^settings\./, '')
    .replace(/^problems\.task\b/, 'problems')
    .replace(/^problems\.inline\.problems\b/, 'problems.inline')
    .split('.')
    .map((part) => OTHER_NAMES[part] ?? camelCase(part))
    .join('.');
}

/** A function from request fields to flags, which have no places in lists; fields that no flag sets keep their name. */
export const flagsOf =
  (flags: Readonly<Record<string, string>>) =>
  (field: string): string => {
    const known = Object.keys(flags)
      .filter((each) => field === each || field.startsWith(`${each}.`) || field.startsWith(`${each}[`))
      .sort((a, b) => b.length - a.length)[0];
    return known === undefined ? field : `${flags[known]}${field.slice(known.length).replace(/^\[\d+\]/, '')}`;
  };
