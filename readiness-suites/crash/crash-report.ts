import type { TrialEnd } from '../evidence.js';

/** What came of a run whose process was killed at one write to the engine's file, and taken up by another. */
export interface CrashAtBoundary {
  /** Such as `before write 3 (intend)`. */
  readonly title: string;
  readonly side: 'before' | 'after';
  /** Which write it is, from 1, and what it is for. */
  readonly write: number;
  readonly verb: string;
  readonly end: TrialEnd;
  /** What the run returned. */
  readonly output: unknown;
  /** What it did to the world, as calls: `shop.charge('c-7', 1200)`. */
  readonly effects: readonly string[];
  /** What must not happen, and did. Empty if it survived. */
  readonly problems: readonly string[];
}

/** What came of killing a class at every write, once each. */
export interface CrashReport {
  readonly agent: string;
  /** The run that nobody disturbed, which all others are compared with. */
  readonly undisturbed: { readonly output: unknown; readonly effects: readonly string[]; readonly writes: readonly string[] };
  readonly boundaries: readonly CrashAtBoundary[];
}
