/**
 * What a readiness run says. `empty`: nothing was tried. `incomplete`: something that belongs to the verdict was not tried.
 * `inconclusive`: a live model was not asked often enough to tell. `harness_error`: the kit itself failed.
 */
export type ReadinessState = 'ship' | 'inconclusive' | 'empty' | 'incomplete' | 'harness_error' | 'no_ship';

/**
 * From best to worst. A failure that was seen outranks a harness that broke, since no repair of the harness can undo it;
 * what broke outranks what was left out, since it was meant to be tried.
 */
export const statesFromBest: readonly ReadinessState[] = ['ship', 'inconclusive', 'empty', 'incomplete', 'harness_error', 'no_ship'];

export const rankOf = (state: ReadinessState) => statesFromBest.indexOf(state);

/** What several agents come to: the worst of them. One of which nothing was tried makes the whole incomplete. */
export function worstState(states: readonly ReadinessState[]): ReadinessState {
  if (states.every((state) => state === 'empty')) return 'empty';
  const counted = states.map((state) => (state === 'empty' ? 'incomplete' : state));
  return statesFromBest[Math.max(...counted.map(rankOf))]!;
}
