import { forbid } from './forbid.js';

/** The machine's clock: another time on every replay. */
export const noClock = forbid('disallow the clock of the machine in run()', 'gives another time on every replay', [
  {
    names: [
      'Date.now', 'Date()', 'new Date()', 'Temporal.Now', 'performance.now', 'node:perf_hooks.performance.now',
      'process.hrtime', 'process.uptime', 'node:process.hrtime', 'node:process.uptime',
    ], // prettier-ignore
    instead: "now() from 'durableflow'",
  },
]);
