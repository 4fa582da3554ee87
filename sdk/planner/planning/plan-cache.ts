import { LRUCache } from 'lru-cache';
import { toMicros } from '../../models/cost.js';
import type { Plan } from '../plan.js';
import { leftMicros, nearExhaustion, type BudgetState } from './budget-state.js';
import type { Problem } from './problem.js';

/** How many plans are kept, and for how long. */
export interface PlanCacheOptions {
  /** Default 1000. */
  readonly max?: number;
  /** In milliseconds. Default 60 000. */
  readonly ttlMs?: number;
  readonly now?: () => number;
}

/** What a plan was made of beside its request. It changes when a target falls ill, recovers, or is better known. */
export interface Epochs {
  readonly health: number;
  readonly history: number;
}

interface Entry {
  readonly plan: Plan;
  readonly epochs: Epochs;
  /** What the budget must have left, in micro-dollars: at least `from`, less than `to`. */
  readonly from: number;
  readonly to: number;
}

/** Plans by the signature of their problem. What it gives back is what the solver would answer now. */
export class PlanCache {
  readonly #entries: LRUCache<string, Entry>;

  constructor({ max = 1000, ttlMs = 60_000, now = () => performance.now() }: PlanCacheOptions = {}) {
    this.#entries = new LRUCache({ max, ttl: ttlMs, perf: { now }, ttlResolution: 0 });
  }

  get(signature: string, epochs: Epochs, budget: BudgetState | undefined): Plan | undefined {
    const entry = this.#entries.get(signature);
    if (!entry || entry.epochs.health !== epochs.health || entry.epochs.history !== epochs.history) return undefined;
    const left = budget ? leftMicros(budget) : Infinity;
    return left >= entry.from && (left < entry.to || left === Infinity) ? entry.plan : undefined;
  }

  set(signature: string, epochs: Epochs, budget: BudgetState | undefined, plan: Plan): void {
    // Its words name what is left, which is less after every request.
    if (budget && plan.infeasible) return;
    this.#entries.set(signature, { plan, epochs, ...withinOf(plan, budget) });
  }
}

/** Between which amounts a budget must be for the plan to be the same. A plan depends on it only by comparing it with these. */
function withinOf(plan: Plan, budget: BudgetState | undefined): { readonly from: number; readonly to: number } {
  if (!budget) return { from: 0, to: Infinity };
  const left = leftMicros(budget);
  const costs = plan.candidates.flatMap(({ estimate }) => (estimate ? [toMicros(estimate.worstCaseUsd)] : []));
  const primary = toMicros(plan.chain[0]?.estimate.worstCaseUsd ?? 0);
  const bounds = [toMicros(budget.limitUsd) * nearExhaustion, ...costs, ...costs.map((cost) => primary + cost)];
  return {
    from: Math.max(0, ...bounds.filter((bound) => bound <= left)),
    to: Math.min(Infinity, ...bounds.filter((bound) => bound > left)),
  };
}

/** What tells a problem from others, its targets, health, history and what the budget has left aside. */
export function signatureOf({ taskClass, needs, checked, constraints, promptTokens, askedOutput, choices, budget }: Problem): string {
  const { maxCostUsd, maxLatencyMs, privacy, region, tierFloor, objective, shadow } = constraints;
  return JSON.stringify([
    taskClass, needs, checked, promptTokens.native, promptTokens.foreign, askedOutput, choices,
    maxCostUsd, maxLatencyMs, privacy, region, tierFloor, objective, shadow, budget?.id, budget?.limitUsd, budget?.period,
  ]); // prettier-ignore
}
