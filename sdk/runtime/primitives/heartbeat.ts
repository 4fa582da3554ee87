import { currentScope } from '../../definition/current-run.js';
import { BodyScope } from '../body-scope.js';

/**
 * Called in the body of a long step with a `heartbeatTimeout`: says that the attempt is alive. Outside the engine it
 * does nothing.
 *
 * @example
 * ```ts
 * import { heartbeat } from 'durableflow';
 * for (const page of [1, 2, 3]) heartbeat();
 * ```
 */
export function heartbeat(): void {
  const scope = currentScope.getStore();
  if (scope instanceof BodyScope) scope.onHeartbeat?.();
}
