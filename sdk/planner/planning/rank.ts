import type { Objective } from '../constraints.js';
import { tiers } from '../target.js';
import type { Assessment } from './assess.js';

/** By objective, the best first. The order is total: targets that are equal in all else stand in the order of their ids. */
export function rank(assessed: readonly Assessment[], objective: Objective, checked: boolean): Assessment[] {
  const keyed = assessed.map((it) => ({ it, keys: keysOf(it, objective, checked) }));
  return keyed.sort((a, b) => compare(a.keys, b.keys) || byId(a.it, b.it)).map(({ it }) => it);
}

/** What targets are compared by, one after the other, smaller ones first. */
function keysOf({ state: { target }, estimate }: Assessment, objective: Objective, checked: boolean): readonly number[] {
  const tier = tiers.indexOf(target.tier);
  const { costUsd, worstCaseUsd, latencyP50Ms, latencyP95Ms, success } = estimate;
  // An answer that fails its check is paid for as well, so what counts is the price of one that passes.
  const cost = checked ? costUsd / likelySuccess(estimate) : costUsd;
  if (objective === 'fastest') return [latencyP50Ms, latencyP95Ms, tier, cost, worstCaseUsd];
  if (objective === 'most_capable') return [-tier, -success.lower, cost, worstCaseUsd, latencyP50Ms];
  return [cost, worstCaseUsd, tier, -success.lower, latencyP50Ms, latencyP95Ms];
}

/** With one answer that passed and one that failed beforehand: never 0, and one half as long as nothing is known. */
const likelySuccess = ({ success: { rate = 0, samples } }: Assessment['estimate']) => (rate * samples + 1) / (samples + 2);

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, key] of a.entries()) if (key !== b[index]) return key - b[index]!;
  return 0;
}

export const byId = (a: Assessment, b: Assessment): number => (a.state.target.id < b.state.target.id ? -1 : 1);
