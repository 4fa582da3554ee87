import type { TaskClass } from '../plan.js';

/** What one attempt has taught of a target. */
export interface Outcome {
  readonly targetId: string;
  /** A target that is given another model begins anew. */
  readonly model: string;
  readonly taskClass: TaskClass;
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Whether the answer passed its check; undefined if it could not be verified. */
  readonly passed: boolean | undefined;
  /** Of attempts that took as long as the target takes; undefined for one that was refused or broke off. */
  readonly latencyMs: number | undefined;
  readonly outputTokens: number | undefined;
}
