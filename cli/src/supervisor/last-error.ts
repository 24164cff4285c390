const ERROR_LEVEL = 50;

function messageOf(line: string): string | undefined {
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string } };
    if (level === undefined || level < ERROR_LEVEL) return undefined;
    return err?.message ?? msg;
  } catch {
    // Node's own report of an uncaught error, e.g. "ConfigError: …".
    return /^(?:Uncaught )?\w*Error\b.*/.exec(line)?.[0];
  }
}

/** The newest thing that a service's log calls an error; undefined when there is none. */
export const lastErrorOf = (log: string): string | undefined =>
  log
    .split('\n')
    .reverse()
    .map(messageOf)
    .find((message) => message !== undefined && message !== '');
