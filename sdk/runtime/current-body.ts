import { currentScope } from '../definition/current-run.js';
import { BodyScope, type BodyPlace } from './body-scope.js';
import type { DecisionDraft } from './decision-draft.js';

/** An attempt, as code that its body calls sees it. */
export interface CurrentBody extends BodyPlace {
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly decision: DecisionDraft;
}

/** The attempt that the current code runs in, for what works the same inside and outside of the engine. */
export function currentBody(): CurrentBody | undefined {
  const scope = currentScope.getStore();
  if (!(scope instanceof BodyScope) || !scope.place) return undefined;
  return {
    ...scope.place,
    attempt: scope.attempt,
    // Each is made when it is first asked for: most bodies never do.
    get signal() {
      return scope.signal;
    },
    get decision() {
      return scope.decision!();
    },
  };
}
