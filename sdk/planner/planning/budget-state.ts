import { toMicros } from '../../models/cost.js';

/** How a budget stands when a plan is made. Amounts are in US dollars; `committedUsd` holds the worst cases of what is under way. */
export interface BudgetState {
  readonly id: string;
  readonly period: 'day' | 'total';
  readonly limitUsd: number;
  readonly committedUsd: number;
}

/** What is left, in whole micro-dollars. */
export const leftMicros = ({ limitUsd, committedUsd }: BudgetState): number => Math.max(0, toMicros(limitUsd) - toMicros(committedUsd));

/** Below this share of its limit a budget is nearly used up, and the cheapest target is asked first, whatever the objective. */
export const nearExhaustion = 0.1;

export const isNearlyUsedUp = (budget: BudgetState): boolean => leftMicros(budget) < toMicros(budget.limitUsd) * nearExhaustion;
