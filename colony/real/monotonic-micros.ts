import type { Micros } from '../time.js';

/** The time of a clock that all processes of this host share and that is never set. */
export const monotonicMicros = (): Micros => Number(process.hrtime.bigint() / 1000n);
