export { ContextIndex, type SearchOptions } from './context-index.js';
export { SqliteBudgetLedger } from './sqlite-budget-ledger.js';
export type { SqliteOptions } from './sqlite-options.js';
export { SqliteStore } from './sqlite-store.js';
