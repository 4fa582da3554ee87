import { toUsd } from '../../models/cost.js';
import type { SqlDatabase } from '../../store/index.js';
import { RequestTable } from './request-table.js';
import type { ChargedBudget } from './run-input.js';

/** The worst case of one attempt. */
export interface WorstCase {
  readonly id: string;
  readonly budget: ChargedBudget;
  readonly micros: number;
  readonly at: number;
}

/** Sets the worst case of an attempt aside in its budget. Returns why not, if too little is left. */
export function setAside(db: SqlDatabase, { id, budget, micros, at }: WorstCase): string | undefined {
  const scope = { kind: 'session', key: budget.key, limitMicros: budget.limitMicros } as const;
  const committed = RequestTable.of(db).reserve(id, scope, micros, at);
  if (committed === undefined) return undefined;
  return `it could cost ${usd(micros)}, and ${usd(Math.max(0, budget.limitMicros - committed))} of the budget is left`;
}

/** An amount of micro-dollars, for people. */
export const usd = (micros: number) => `$${toUsd(micros)}`;
