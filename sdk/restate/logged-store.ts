import { DurableFlowError } from '../errors/index.js';
import type { SqliteStore } from '../sqlite/index.js';
import type { EffectIntent, IntentAnswer, Lease, Receipt, Store } from '../store/index.js';
import type { LogEntry } from './log-entry.js';

/** Where the writes of an execution go. */
export interface EntrySink {
  /** Applies the entry at once; resolves with the answer once it is durable. */
  readonly log: (entry: LogEntry) => Promise<unknown>;
  readonly intend: (intent: EffectIntent) => Promise<IntentAnswer>;
}

/** The verbs that the execution of a run uses. */
type Verbs = Pick<
  Store,
  | 'append'
  | 'noteDecision'
  | 'intend'
  | 'withdraw'
  | 'requestApproval'
  | 'reopenApproval'
  | 'wait'
  | 'refuseSignal'
  | 'park'
  | 'release'
  | 'finish'
  | 'decide'
  | 'transact'
>;

/** The store as an execution sees it: reads come from the run's replica, and its writes are entries of the run's log. */
export function loggedStore(replica: SqliteStore, { log, intend }: EntrySink): Store {
  const write = <T>(entry: LogEntry) => log(entry) as Promise<T>;
  const ordinal = ({ runId }: Pick<Lease, 'runId'>, id: number) => replica.signals(runId).findIndex((signal) => signal.id === id) + 1;
  const counted = (lease: Lease, receipt: Receipt | undefined): Receipt | undefined =>
    receipt && 'signal' in receipt && receipt.signal !== undefined ? { ...receipt, signal: ordinal(lease, receipt.signal) } : receipt;
  const verbs: Verbs = {
    append: (lease, record, receipt, decision) => {
      const own = counted(lease, receipt);
      return write({ verb: 'append', record, ...(own && { receipt: own }), ...(decision && { decision }) });
    },
    noteDecision: (_lease, decision) => write({ verb: 'noteDecision', decision }),
    intend: (_lease, intent) => intend(intent),
    withdraw: (_lease, call, at) => write({ verb: 'withdraw', call, at }),
    requestApproval: (_lease, request) => write({ verb: 'requestApproval', request }),
    reopenApproval: (_lease, id, code) => write({ verb: 'reopenApproval', call: replica.approval(id)!.call, code }),
    wait: (_lease, wait) => write({ verb: 'wait', wait }),
    refuseSignal: (lease, id) => write({ verb: 'refuseSignal', signal: ordinal(lease, id) }),
    park: (_lease, parking) => write({ verb: 'park', parking }),
    release: (_lease, at) => write({ verb: 'release', at }),
    finish: (_lease, ending) => write({ verb: 'finish', ending }),
    // Nobody has decided in time.
    decide: (id, decision) => write({ verb: 'decide', call: replica.approval(id)!.call, decision }),
    transact: () => Promise.reject(noTransactions()),
  };
  return new Proxy(replica, {
    get(target, name) {
      if (Object.hasOwn(verbs, name)) return verbs[name as keyof Verbs];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** A body that asks for a transaction is not tried again: it can never have one here. */
export const noTransactions = () =>
  new DurableFlowError('DF_RESTATE_UNSUPPORTED', 'transaction() needs the SQLite file that the run is in; on Restate there is none');
