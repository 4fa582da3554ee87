import { currentScope } from '../../definition/current-run.js';
import { BodyScope } from '../body-scope.js';

/**
 * Aborted when the attempt that this is called in is given up: its timeout is over, or its run was cancelled or
 * stopped. Hand it to `fetch` and the like. Outside the engine it is never aborted.
 *
 * @example
 * ```ts
 * import { abortSignal } from 'durableflow';
 * console.log(abortSignal().aborted); // false
 * ```
 */
export function abortSignal(): AbortSignal {
  const scope = currentScope.getStore();
  return scope instanceof BodyScope ? scope.signal : new AbortController().signal;
}
