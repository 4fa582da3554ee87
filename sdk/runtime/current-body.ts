import { currentScope } from '../definition/current-run.js';
import type { Telemetry } from '../telemetry/index.js';
import { BodyScope } from './body-scope.js';

/** Where in which run an attempt stands. */
export interface BodyPlace {
  readonly run: { readonly id: string; readonly workflow: string };
  readonly call: number;
  readonly method: string;
  readonly telemetry: Telemetry;
}

/** The attempt that the current code runs in, for what works the same inside and outside of the engine. */
export function currentBody(): (BodyPlace & { readonly signal: AbortSignal }) | undefined {
  const scope = currentScope.getStore();
  if (!(scope instanceof BodyScope) || !scope.place) return undefined;
  return { ...scope.place, signal: scope.signal };
}
