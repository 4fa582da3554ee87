import crypto from 'node:crypto';
import { currentExecution } from './current-execution.js';

// The import itself would be the guarded function.
const { randomUUID } = crypto;

/**
 * The time, as it was when the run first asked: use it in `run()` in the place of `new Date()`.
 *
 * @example
 * ```ts
 * import { now } from 'durableflow';
 * console.log(now() instanceof Date); // true
 * ```
 */
export function now(): Date {
  const execution = currentExecution('now');
  return execution ? (execution.note('now', () => new Date(execution.writer.ports.clock.now())) as Date) : new Date();
}

/**
 * A number from 0 (inclusive) to 1 (exclusive), the same on every replay: use it in `run()` in the place of `Math.random()`.
 *
 * @example
 * ```ts
 * import { random } from 'durableflow';
 * console.log(random() < 1); // true
 * ```
 */
export function random(): number {
  const execution = currentExecution('random');
  return execution ? (execution.note('random', () => execution.writer.ports.random()) as number) : Math.random();
}

/**
 * A random UUID, the same on every replay: use it in `run()` in the place of `crypto.randomUUID()`.
 *
 * @example
 * ```ts
 * import { uuid } from 'durableflow';
 * console.log(uuid().length); // 36
 * ```
 */
export function uuid(): string {
  const execution = currentExecution('uuid');
  return execution ? (execution.note('uuid', () => randomUUID()) as string) : randomUUID();
}
