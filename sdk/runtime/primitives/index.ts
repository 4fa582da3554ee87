export { abortSignal } from './abort-signal.js';
export { child, type ChildOptions } from './child.js';
export { now, random, uuid } from './deterministic.js';
export { effectKey } from './effect-key.js';
export { heartbeat } from './heartbeat.js';
export { patched } from './patched.js';
export { signal, type SignalOptions } from './signal.js';
export { sleep } from './sleep.js';
export { transaction } from './transaction.js';
