/** What the process's exit code says to a script; the help prints this table. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done' },
  error: { code: 1, meaning: 'an error, or a run that has ended otherwise than completed (resume, recover)' },
  usage: { code: 2, meaning: 'the command line is wrong; nothing was done' },
  waits: { code: 3, meaning: 'something waits or is in doubt (approvals, show, resume, recover)' },
} as const;

/** The name of an exit code. */
export type Exit = keyof typeof exitCodes;
