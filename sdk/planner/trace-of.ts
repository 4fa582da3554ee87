import type { Attempt } from './attempt.js';
import type { RequestRecord } from './execution/request-runs.js';
import type { PlanTrace, TraceAttempt } from './plan-trace.js';

/** The bare facts of a request. */
export function traceOf(requestId: string, { plan, attempts, shadow, state, receivedAt }: RequestRecord): PlanTrace {
  const ended = Math.max(receivedAt, ...attempts.map(({ startedAt, durationMs }) => startedAt + durationMs));
  const sum = (of: (attempt: Attempt) => number) => Math.round(attempts.reduce((total, it) => total + of(it) * 1e6, 0)) / 1e6;
  return {
    requestId,
    state,
    headline: plan.infeasible?.message ?? state,
    confidenceNote: '',
    taskClass: plan.taskClass,
    constraints: [],
    chosen: attempts.at(-1)?.targetName,
    considered: plan.candidates.map(({ targetName, verdict, reason }) => ({ target: targetName, verdict, reason })),
    escalation: attempts.map(shown),
    shadow: shadow && shown(shadow),
    predictions: [],
    wouldChange: plan.infeasible?.wouldChange ?? [],
    totals: {
      costUsd: sum(({ costUsd }) => costUsd ?? 0),
      chargedUsd: sum(({ chargedUsd }) => chargedUsd),
      durationMs: ended - receivedAt,
      attempts: attempts.length,
    },
  };
}

const shown = ({ targetName, outcome, detail, durationMs, costUsd, chargedUsd }: Attempt): TraceAttempt => ({
  target: targetName,
  outcome,
  detail,
  durationMs,
  costUsd,
  chargedUsd,
});
