export type { SqliteOptions } from './open-database.js';
export { SqliteStore } from './sqlite-store.js';
