import type { Micros } from '../time.js';

/** Time, as a runner sees it. */
export interface Timer {
  /** Since the batch began. */
  now(): Micros;
  /** Calls back once, so much later; the returned function calls it off. */
  after(span: Micros, callback: () => void): () => void;
}
