export { decode, encode } from './codec.js';
export { digest } from './digest.js';
export { ErrorRegistry, type ErrorClass } from './error-registry.js';
export { PayloadLimit } from './payload-limit.js';
export type { JournalRecord } from './journal-record.js';
