import type { Clock } from '../runtime/clock.js';
import { Deadline } from './deadline.js';

/** The machine's clock, for waits that a caller depends on: unlike the engine's, its timers keep the process alive. */
export const callClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** Waits, but no longer than the signal allows. Throws a `ModelError` of kind `aborted` (or `timeout`) then. */
export async function pass(ms: number, signal: AbortSignal | undefined, clock: Clock): Promise<void> {
  using deadline = new Deadline(clock, undefined, signal);
  if (ms <= 0) return deadline.race(Promise.resolve());
  let cancel: (() => void) | undefined;
  try {
    await deadline.race(new Promise<void>((resolve) => (cancel = clock.after(ms, resolve))));
  } finally {
    cancel?.();
  }
}
