import type { DeclaredSuite } from '../suite.js';

/** On the global object, for the reason that `declaredSuites` is. `inert-vitest.mjs` fills it in a trial's process. */
const registry = Symbol.for('durableflow.readiness.crashes');

/** The crash tests that have been declared in this process, by name. */
export function declaredCrashes(): Map<string, DeclaredSuite> {
  const holder = globalThis as { [registry]?: Map<string, DeclaredSuite> };
  return (holder[registry] ??= new Map());
}
