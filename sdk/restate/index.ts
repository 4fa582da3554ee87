/**
 * The same classes on a Restate server: workers that execute runs, and a store through which they are started, seen and decided on.
 *
 * @packageDocumentation
 */
export { restateStore, type RestateCondition, type RestateStore, type RestateStoreOptions } from './restate-store.js';
export { serve, type RestateWorker, type ServeOptions } from './serve.js';
