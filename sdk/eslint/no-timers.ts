import { forbid } from './forbid.js';

/** Timers: they wait again on every replay, and what they call comes at a moment that no journal knows. */
export const noTimers = forbid('disallow timers in run()', 'waits again on every replay and keeps the run in memory', [
  {
    names: ['setTimeout', 'setInterval', 'setImmediate', 'node:timers', 'node:timers/promises', 'scheduler.wait'],
    instead: "sleep() from 'durableflow'",
  },
  { names: ['AbortSignal.timeout'], instead: 'the timeout option of @step, or Promise.race with sleep()' },
]);
