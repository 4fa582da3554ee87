/** Time, as the engine sees it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after this many milliseconds; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
  /** A body is being executed until the returned function is called: for clocks that must not run ahead of it. */
  busy?(): () => void;
}

// Not looked up at each call: neither fake timers nor the guard are meant for the engine.
const { setTimeout, clearTimeout } = globalThis;

/** `setTimeout` fires at once for anything longer. */
const longestTimeout = 2 ** 31 - 1;

/** The machine's clock. Its timers do not keep a process alive; an open flow does. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), longestTimeout));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
