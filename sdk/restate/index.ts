/**
 * The same classes on a Restate server: workers that execute runs, and a store through which they are started, seen and decided on.
 *
 * @module durableflow/restate
 */
export type { RestateCondition, RestateStoreOptions } from './connection.js';
export { restateStore, type RestateStore } from './restate-store.js';
export { serve, type RestateWorker, type ServeOptions } from './serve.js';
