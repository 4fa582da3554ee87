import { RunCancelled } from '../errors/index.js';
import type { ErrorRegistry } from '../journal/index.js';
import type { SqliteStore } from '../sqlite/index.js';
import { isEnded, type EffectRecord, type History, type RunRecord } from '../store/index.js';
import { effectKeyName, type EffectNews, type KeyHolder } from './effect-keys.js';
import type { LogEntry, RunEvent, Send } from './log-entry.js';
import { effectServiceOf, serviceNameOf } from './service-name.js';

/** The run of a log, as its replica has it after an entry. */
interface Subject {
  readonly store: SqliteStore;
  readonly errors: ErrorRegistry;
  readonly runId: string;
  /** Who waits for its end: the service and the id of its parent. */
  readonly waiting: { readonly service: string; readonly runId: string } | undefined;
}

/** What others must be told of an entry that has just been applied: who keeps effect keys, the parent, the children. */
export function sendsOf(subject: Subject, entry: LogEntry): Send[] {
  switch (entry.verb) {
    case 'append':
      if (!entry.receipt || !('effect' in entry.receipt)) return [];
      return news(
        subject,
        entry.record.call,
        entry.receipt.effect === 'failed' ? { kind: 'free' } : { kind: 'done', outcome: entry.record },
      );
    case 'withdraw':
      return news(subject, entry.call, { kind: 'free' });
    case 'resolve': {
      const { happened, value } = entry.resolution;
      const outcome = value === undefined ? undefined : { outcome: 'returned' as const, value };
      return news(subject, entry.call, happened ? { kind: 'done', outcome } : { kind: 'free' });
    }
    case 'importHistory':
      return adopted(entry.history, entry.id);
    case 'finish':
    case 'cancel':
      return ends(subject, subject.store.run(subject.runId)!);
    default:
      return [];
  }
}

function news({ store, runId }: Subject, call: number, told: EffectNews['news']): Send[] {
  const effect = store.effects(runId).find((it) => it.call === call);
  if (!effect) return [];
  const outcome = told.kind === 'done' && told.outcome ? { outcome: told.outcome.outcome, value: told.outcome.value } : undefined;
  const payload: EffectNews = { ...tryOf(effect, runId), news: told.kind === 'done' ? { kind: 'done', outcome } : told };
  const service = effectServiceOf(store.run(runId)!.workflow);
  return [{ service, key: effectKeyName(effect.scope, effect.key), handler: 'settle', payload }];
}

const tryOf = ({ call, digest, intendedAt }: EffectRecord, runId: string) => ({ runId, intent: { call, digest, intendedAt } });

/** The keys that a run has used in another store. */
function adopted({ run, journal, effects }: History, runId: string): Send[] {
  const service = effectServiceOf(run.workflow);
  return effects
    .filter(({ state }) => state === 'intended' || state === 'done' || state === 'confirmed')
    .map((effect) => {
      const record = journal.find(({ call }) => call === effect.call);
      const confirmed = effect.value === undefined ? undefined : { outcome: 'returned' as const, value: effect.value };
      const outcome = record ? { outcome: record.outcome, value: record.value } : confirmed;
      const state = effect.state === 'intended' ? 'intended' : 'done';
      const payload: KeyHolder = { ...tryOf(effect, runId), state, ...(outcome && { outcome }) };
      return { service, key: effectKeyName(effect.scope, effect.key), handler: 'adopt', payload };
    });
}

function ends(subject: Subject, { status, outcome, updatedAt: at }: RunRecord): Send[] {
  const { store, runId, waiting } = subject;
  if (!isEnded(status)) return [];
  const sends: Send[] = [];
  if (waiting) sends.push(delivery(waiting, { verb: 'childEnded', id: runId, status, outcome: outcome!, at }));
  // A diverged run may be resumed and answer for itself.
  const inDoubt = status === 'diverged' ? [] : store.effects(runId).filter(({ state }) => state === 'intended');
  for (const { call } of inDoubt) sends.push(...news(subject, call, { kind: 'abandoned' }));
  return status === 'cancelled' ? [...sends, ...cancelsOf(subject, at)] : sends;
}

function cancelsOf({ store, errors, runId }: Subject, at: number): Send[] {
  const children = store.children(runId).filter(({ run, detached }) => !detached && !isEnded(run.status));
  return children.map(({ run: { id, workflow, version } }) => {
    const reason = `its parent "${runId}" was cancelled`;
    const error = new RunCancelled(`run "${id}" was cancelled: ${reason}`, { details: { reason } });
    const service = serviceNameOf(workflow, version);
    return delivery({ service, runId: id }, { verb: 'cancel', reason, outcome: errors.encode(error), at });
  });
}

const delivery = ({ service, runId }: { readonly service: string; readonly runId: string }, payload: RunEvent): Send => ({
  service,
  key: runId,
  handler: 'deliver',
  payload,
});
