/** The variables of the environment by which the command line speaks to the reporter. */

/** Names a further file for `readiness.json`. */
export const reportFileVariable = 'DURABLEFLOW_READINESS_JSON';

/** `update`: write the rules of this run into the baseline, and compare with none. */
export const baselineVariable = 'DURABLEFLOW_READINESS_BASELINE';
