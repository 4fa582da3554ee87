/**
 * What is shown of one request: one view for the terminal, JSON and pages. Plain data in plain words. Whoever draws it
 * needs to know nothing else of the planner.
 */
export interface PlanTrace {
  readonly requestId: string;
  readonly state: 'answered' | 'failed' | 'infeasible' | 'running' | 'abandoned';
  /** One sentence without ids: "Answered by the small cloud model after the local one failed the check". */
  readonly headline: string;
  readonly confidenceNote: string;
  readonly taskClass: string;
  /** Each constraint in words: "at most $0.01", "only models on this machine". */
  readonly constraints: readonly string[];
  readonly chosen: string | undefined;
  readonly considered: readonly { readonly target: string; readonly verdict: string; readonly reason: string }[];
  readonly escalation: readonly TraceAttempt[];
  readonly shadow: TraceAttempt | undefined;
  /** Predicted beside actual, of the target that answered and of the whole request. */
  readonly predictions: readonly { readonly what: string; readonly predicted: string; readonly actual: string }[];
  readonly wouldChange: readonly string[];
  readonly totals: { readonly costUsd: number; readonly chargedUsd: number; readonly durationMs: number; readonly attempts: number };
}

export interface TraceAttempt {
  readonly target: string;
  /** One of `attemptOutcomes`, for programs; `words` says the same to people, such as "failed its check". */
  readonly outcome: string;
  readonly words: string;
  readonly detail: string | undefined;
  readonly durationMs: number;
  readonly costUsd: number | undefined;
  readonly chargedUsd: number;
}
