import { currentScope } from '../definition/current-run.js';
import { BodyScope, type BodyPlace } from './body-scope.js';

/** The attempt that the current code runs in, for what works the same inside and outside of the engine. */
export function currentBody(): (BodyPlace & { readonly signal: AbortSignal }) | undefined {
  const scope = currentScope.getStore();
  if (!(scope instanceof BodyScope) || !scope.place) return undefined;
  return { ...scope.place, signal: scope.signal };
}
