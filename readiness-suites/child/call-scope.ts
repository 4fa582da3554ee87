import { currentScope } from '../../sdk/definition/current-run.js';
import { BodyScope } from '../../sdk/runtime/body-scope.js';

/** What the current code runs in, in the form of a header. */
export function callScopeHeader(): string {
  const scope = currentScope.getStore();
  if (!(scope instanceof BodyScope)) return 'none';
  // The body of `reconcile` has the effect's key, but no place in the run: it is no attempt.
  if (!scope.place) return 'reconcile';
  return `${scope.effectKey === undefined ? 'step' : 'effect'} ${encodeURIComponent(scope.place.method)}`;
}
