import type { ReadinessState } from '../readiness-suites/verdict/readiness-state.js';

/**
 * Whether the test run must fail because of the verdict. Where people look at it, a partial run is what they asked for;
 * in CI nobody would notice that it was none. A shard never sees everything: its merge is judged.
 */
export function mustFail(state: ReadinessState, where: { readonly ci: boolean; readonly isShard: boolean }): boolean {
  if (state === 'no_ship' || state === 'harness_error') return true;
  return state !== 'ship' && where.ci && !where.isShard;
}

/** Whether this is a CI system: all of them set `CI`. */
export const isCi = ({ CI }: NodeJS.ProcessEnv) => CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
