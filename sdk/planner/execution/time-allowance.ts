import type { Plan } from '../plan.js';

/** How long an attempt may take by the request's own ceiling of latency, and what is left of it in all; undefined if there is none. */
export interface Allowance {
  readonly ceilingMs: number | undefined;
  readonly totalMs: number | undefined;
}

/**
 * What is left of the request's time, less what the next step of the chain needs (at p95), so that it still has its turn.
 * Where there is no time for both, this one gets all of it. Undefined if nothing is left.
 */
export function timeAllowance(plan: Plan, at: number, elapsedMs: number): Allowance | undefined {
  const { maxLatencyMs } = plan.constraints;
  if (maxLatencyMs === undefined) return { ceilingMs: undefined, totalMs: undefined };
  const left = maxLatencyMs - elapsedMs;
  if (left <= 0) return undefined;
  const next = plan.chain[at + 1];
  const shared = left - (next?.estimate.latencyP95Ms ?? 0);
  return { ceilingMs: shared >= (plan.chain[at]?.estimate.latencyP50Ms ?? 0) && shared > 0 ? shared : left, totalMs: left };
}
