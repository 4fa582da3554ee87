import type { Audit, RunDetails } from '../index.js';

/** What a call that has asked a model gave back. */
export interface Said {
  readonly call: number;
  readonly method: string;
  readonly model: string;
  readonly value: unknown;
}

/** Whoever decides reads these; the rest of the run is a page away. */
const most = 3;

/** What the run's calls with models in them gave back last before this call, the latest first: whoever decides on a gate reads what led to it. */
export function saidBefore(run: Pick<RunDetails, 'steps'>, audit: Pick<Audit, 'decisions'>, call: number): Said[] {
  return audit.decisions
    .flatMap(({ call: asked, method, modelCalls }) => {
      const model = modelCalls.findLast(({ outcome }) => outcome === 'answered')?.model;
      const step = run.steps.find((it) => it.call === asked && it.outcome === 'returned');
      return asked < call && model !== undefined && step ? [{ call: asked, method, model, value: step.value }] : [];
    })
    .toSorted((a, b) => b.call - a.call)
    .slice(0, most);
}
