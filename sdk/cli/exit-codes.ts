/** What the process's exit code says to a script; the help prints this table. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done' },
  error: {
    code: 1,
    meaning: 'an error, a run that has ended otherwise than completed (resume, recover, fork), or a damaged file (doctor)',
  },
  usage: { code: 2, meaning: 'the command line is wrong; nothing was done' },
  waits: {
    code: 3,
    meaning: 'something waits, is in doubt or needs attention (approvals, show, resume, recover, fork, doctor, proxy --check)',
  },
  noShip: { code: 1, meaning: 'the agent must not ship (readiness)' },
  noVerdict: { code: 2, meaning: 'not everything was tried, or too little to tell (readiness)' },
  harnessError: { code: 3, meaning: 'the readiness kit or the test run broke (readiness)' },
} as const;

/** The name of an exit code. */
export type Exit = keyof typeof exitCodes;
