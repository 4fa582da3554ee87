import type { ModelUsage } from '../models/model-client.js';

/**
 * What came of one attempt. The first two answer the request; the next three lead to the next step of the chain.
 * `rejected`: the target refused the request itself, which is its caller's to mend. `interrupted`: its process died in the
 * middle of it. `abandoned`: its client went away. `skipped`: nothing was sent, because of what `detail` says.
 */
export const attemptOutcomes = [
  'passed_check', 'no_check_completed', 'failed_check', 'transport_error', 'latency_breach', 'rejected', 'interrupted', 'abandoned', 'skipped',
] as const; // prettier-ignore
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** One attempt at one target, as it is journaled. */
export interface Attempt {
  readonly targetId: string;
  readonly targetName: string;
  readonly model: string;
  readonly outcome: AttemptOutcome;
  /** What went wrong, in words; undefined if nothing did. */
  readonly detail: string | undefined;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Until the first token; of streamed answers only. */
  readonly firstTokenMs: number | undefined;
  readonly usage: ModelUsage | undefined;
  /** What it cost, as far as that is known. */
  readonly costUsd: number | undefined;
  /** What budgets were charged: the cost, or the worst case where it is not known. */
  readonly chargedUsd: number;
  readonly shadow: boolean;
}
