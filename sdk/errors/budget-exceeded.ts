import { DurableFlowError } from './durable-flow-error.js';

/** What a refused reservation ran into; amounts in US dollars. */
export interface BudgetRefusal {
  /** `step`, `run`, `workflow`, `day` or `session`. */
  readonly kind: string;
  /** Which step, run, workflow, day or session. */
  readonly key: string;
  readonly limitUsd: number;
  /** Spent so far, with the worst case of every attempt that is under way or was cut off. */
  readonly committedUsd: number;
  /** The worst case of the attempt that was refused. */
  readonly neededUsd: number;
}

/** The worst case of a model call does not fit into a budget. Nothing was spent on it. */
export class BudgetExceeded extends DurableFlowError {
  /** Amounts in micro-dollars. */
  constructor(scope: { readonly kind: string; readonly key: string; readonly limitMicros: number }, committed: number, needed: number) {
    const { kind, key } = scope;
    const refusal: BudgetRefusal = { kind, key, limitUsd: scope.limitMicros / 1e6, committedUsd: committed / 1e6, neededUsd: needed / 1e6 };
    super(
      'DF_BUDGET_EXCEEDED',
      `the budget of ${kind} "${key}" is $${refusal.limitUsd}; $${refusal.committedUsd} is committed and the call could cost $${refusal.neededUsd}`,
      { details: { ...refusal } },
    );
  }

  get refusal(): BudgetRefusal {
    return this.details as unknown as BudgetRefusal;
  }
}
