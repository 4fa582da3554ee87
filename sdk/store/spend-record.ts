import type { BudgetScope } from './budget-ledger.js';

/** What is counted of one budget, in micro-dollars. */
export interface BudgetRecord extends Pick<BudgetScope, 'kind' | 'key'> {
  /** Spent, or set aside at its worst case. */
  readonly committedMicros: number;
  /** Of it set aside, not settled yet. */
  readonly reservedMicros: number;
  /** As it was when money was last set aside; undefined if nobody has recorded it. */
  readonly limitMicros: number | undefined;
}

/** What the calls to one model have taken; money in US dollars. */
export interface ModelSpend {
  readonly model: string;
  readonly provider: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  /** Of how many calls nobody knows what they cost. */
  readonly unknownCosts: number;
}

/** What was asked on one day in UTC, such as `2026-11-27`. */
export interface DaySpend {
  readonly day: string;
  readonly calls: number;
  readonly costUsd: number;
}

/** What models have cost, against the budgets. */
export interface SpendRecord {
  /** Days, sessions, workflows, and those runs and steps that have used the largest share of their limit. */
  readonly budgets: readonly BudgetRecord[];
  readonly models: readonly ModelSpend[];
  /** The last 30 days on which anything was asked, the oldest first. */
  readonly days: readonly DaySpend[];
  /** Models and days are counted over so many calls: those of the newest runs. */
  readonly calls: number;
  /** Older calls are not counted in. */
  readonly isPartial: boolean;
}
