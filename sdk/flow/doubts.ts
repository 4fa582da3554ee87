import type { Store } from '../store/index.js';
import { effectView, isInDoubt, type EffectView } from './run-view.js';

/** An effect that has perhaps happened; its run waits for an operator's word. */
export interface Doubt extends EffectView {
  readonly runId: string;
  readonly workflow: string;
}

/** All effects in doubt, those of the oldest runs first. */
export function doubtsIn(store: Store): Doubt[] {
  const runs = store.runs({ status: 'in_doubt', limit: Number.MAX_SAFE_INTEGER }).toReversed();
  return runs.flatMap(({ id, workflow }) => {
    const effects = store.effects(id).filter(isInDoubt);
    return effects.map((effect) => ({ ...effectView(effect), runId: id, workflow }));
  });
}
