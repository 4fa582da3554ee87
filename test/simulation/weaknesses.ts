import type { BudgetLedger, Store } from 'durableflow';
import { brokenStores } from './broken-stores.js';

/** What a process lacks. */
export interface Weakness {
  readonly store?: (store: Store) => Store;
  readonly ledger?: (ledger: BudgetLedger) => BudgetLedger;
  /** What it is told to be on disk is lost with the power. */
  readonly isUnsynced?: boolean;
}

/** Processes without one of the protections each. */
export const weaknesses: Readonly<Record<string, Weakness>> = {
  ...Object.fromEntries(Object.entries(brokenStores).map(([name, store]) => [name, { store }])),
  /** Models are asked though nothing is set aside for it. */
  budgets: {
    ledger: (ledger) => ({
      reserve: () => Promise.resolve({ id: 'none' }),
      settle: () => Promise.resolve(),
      committed: (scope) => ledger.committed(scope),
    }),
  },
  /** What is written is not synced. */
  syncs: { isUnsynced: true },
};
