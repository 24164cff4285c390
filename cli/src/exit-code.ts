/** How `leti` ends. Shown in its help; scripts rely on it. */
export const EXIT = {
  ok: 0,
  /** The work was done and the answer is no: a run failed, a program did not pass, a check of `doctor` failed. */
  failed: 1,
  /** A flag, a file or a request was wrong; nothing was started. */
  badInput: 2,
  /** A service did not answer, or could not be started. */
  unavailable: 3,
  /** Stopped by Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
