/**
 * Thrown by a body to say: this failed for certain, do not try it again. In a `@sideEffect` it also says
 * that the effect has *not* happened, so the run need not stop in doubt.
 *
 * @example
 * ```ts
 * import { FatalError } from 'durableflow';
 * function checkAmount(cents: number) {
 *   if (cents <= 0) throw new FatalError(`cannot refund ${cents} cents`);
 * }
 * ```
 */
export class FatalError extends Error {
  override readonly name: string = 'FatalError';
}
