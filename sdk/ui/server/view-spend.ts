import type { SpendRecord } from '../../store/index.js';
import type { Spend } from '../contract.js';

/** Spend against budgets, in US dollars. */
export function viewSpend({ budgets, models, days, isPartial }: SpendRecord): Spend {
  return {
    budgets: budgets.map(({ kind, key, committedMicros, reservedMicros, limitMicros }) => ({
      kind,
      key,
      committedUsd: committedMicros / 1e6,
      reservedUsd: reservedMicros / 1e6,
      limitUsd: limitMicros === undefined ? null : limitMicros / 1e6,
    })),
    models,
    days,
    isPartial,
  };
}
