export type { SqliteOptions } from './open-database.js';
export { SqliteBudgetLedger } from './sqlite-budget-ledger.js';
export { SqliteStore } from './sqlite-store.js';
