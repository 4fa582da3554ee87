import type { ApprovalDecision, ApprovalRequest, EffectIntent, Ending, JournalRecord, Lease, NewRun, NewSignal, Store } from 'durableflow';
import type { Saying } from './writer-process.js';

type Asked = { readonly [K in keyof Store]?: (store: Store, ...asked: never[]) => boolean };

/** Whether a write is in the file, by the verb that was acknowledged. */
const isThere: Asked = {
  start: (store, run: NewRun) => store.run(run.id)?.input === run.input,
  append: (store, { runId }: Lease, { seq, value }: JournalRecord) => store.journal(runId)[seq]?.value === value,
  intend: (store, { runId }: Lease, { key }: EffectIntent) => store.effects(runId).some((effect) => effect.key === key),
  requestApproval: (store, { runId }: Lease, { call }: ApprovalRequest) => store.approvals({ runId }).some((gate) => gate.call === call),
  decide: (store, id: number, { verdict }: ApprovalDecision) => store.approval(id)?.verdict === verdict,
  signal: (store, runId: string, { name }: NewSignal) => store.signals(runId).some((signal) => signal.name === name),
  finish: (store, { runId }: Lease, { status, outcome }: Ending) => {
    const run = store.run(runId);
    return run?.status === status && run.outcome === outcome;
  },
};

/** What the store has acknowledged, and does not hold. */
export function missing(store: Store, sayings: readonly Saying[]): string[] {
  return sayings.flatMap((saying) => {
    if (!('verb' in saying)) return [];
    const check = isThere[saying.verb] as ((store: Store, ...asked: readonly unknown[]) => boolean) | undefined;
    return !check || check(store, ...saying.asked)
      ? []
      : [`${saying.verb} ${JSON.stringify(saying.asked).slice(0, 120)} was acknowledged and is lost`];
  });
}
