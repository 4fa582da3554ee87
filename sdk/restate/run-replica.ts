import { DurableFlowError } from '../errors/index.js';
import { SqliteStore } from '../sqlite/index.js';
import { isEnded, type Claim, type EffectIntent, type IntentAnswer, type Lease, type NewRun, type Receipt } from '../store/index.js';
import { approvalIdOf } from './approval-id.js';
import type { LogEntry } from './log-entry.js';

/** A store in memory for replicas. Effect keys are kept elsewhere, so that here two runs may seem to hold one. */
export function replicaStore(): SqliteStore {
  const store = new SqliteStore(':memory:');
  void store.write((db) => {
    db.prepare('DROP INDEX effects_by_key').run();
    db.prepare(`CREATE INDEX effects_by_key ON effects (scope, key)`).run();
  });
  store.flush();
  return store;
}

/**
 * One run in a store, made out of its log. `apply` calls the very verb of the store that an entry names, so that a worker and all
 * clients come to the same run. In the store of a worker (`isWhole: false`) there is nothing but this run, and its children as
 * far as the log tells of them; in that of a client each run has a log of its own.
 */
export class RunReplica {
  readonly runId: string;
  readonly #store: SqliteStore;
  readonly #isWhole: boolean;
  #lease: Lease | undefined;
  #owner: string | undefined;

  constructor(store: SqliteStore, runId: string, { isWhole }: { readonly isWhole: boolean }) {
    this.#store = store;
    this.runId = runId;
    this.#isWhole = isWhole;
  }

  /** The lease of the last claim. Throws if there has been none. */
  get lease(): Lease {
    if (this.#lease) return this.#lease;
    throw new DurableFlowError('DF_FENCED', `run "${this.runId}" has not been claimed`);
  }

  /** Applies an entry at once, and resolves with what the verb answers. Rejects with what the verb rejects with. */
  apply(entry: LogEntry): Promise<unknown> {
    const answer = this.#apply(entry);
    this.#store.flush();
    return answer;
  }

  #apply(entry: LogEntry): Promise<unknown> {
    const store = this.#store;
    switch (entry.verb) {
      case 'start':
        return store.start(this.#withKnownParent(entry.run));
      case 'importHistory':
        return this.#import(entry);
      case 'claim':
        return this.#claim(entry);
      case 'append':
        return store.append(this.lease, entry.record, this.#ownReceipt(entry.receipt), entry.decision);
      case 'noteDecision':
        return store.noteDecision(this.lease, entry.decision);
      case 'intend':
        return this.#intend(entry.intent, entry.answer);
      case 'withdraw':
        return store.withdraw(this.lease, entry.call, entry.at);
      case 'requestApproval':
        return store.requestApproval(this.lease, { ...entry.request, id: approvalIdOf(this.runId, entry.request.call) });
      case 'reopenApproval':
        return store.reopenApproval(this.lease, approvalIdOf(this.runId, entry.call), entry.code);
      case 'wait':
        return store.wait(this.lease, entry.wait);
      case 'refuseSignal':
        return store.refuseSignal(this.lease, this.#signalId(entry.signal));
      case 'park':
        return this.#leaving(store.park(this.lease, entry.parking));
      case 'release':
        return this.#leaving(store.release(this.lease, entry.at));
      case 'finish':
        return this.#leaving(store.finish(this.lease, entry.ending));
      case 'child':
        return store.start(this.#withKnownParent(entry.run));
      case 'decide':
        return store.decide(approvalIdOf(this.runId, entry.call), entry.decision);
      case 'resolve':
        return store.resolve(this.runId, entry.call, entry.resolution);
      case 'cancel':
        return store.cancel(this.runId, entry.reason, entry.outcome, entry.at);
      case 'signal':
        return store.signal(this.runId, entry.signal);
      case 'reopen':
        return store.reopen(this.runId, entry.at);
      case 'setAttributes':
        return store.setAttributes(this.runId, entry.attributes);
      default:
        return this.#childEnded(entry);
    }
  }

  /** A run whose parent is not here, or has ended, stands alone. */
  #withKnownParent(run: NewRun): NewRun {
    const parent = run.parent && this.#store.run(run.parent.runId);
    return parent && !isEnded(parent.status) ? run : { ...run, parent: undefined };
  }

  /** The log says that it was claimed, so it could be; each claim is an owner of its own, so that none can end another's lease. */
  #claim({ owner, at }: Extract<LogEntry, { verb: 'claim' }>): Promise<Claim> {
    const store = this.#store;
    const last = this.#owner ?? store.run(this.runId)?.owner;
    if (last !== undefined) void store.leave(last);
    this.#owner = owner.id;
    void store.join(owner);
    void store.write((db) =>
      db.prepare(`UPDATE runs SET status = 'pending' WHERE id = ? AND status IN ('running', 'waiting', 'in_doubt')`).run(this.runId),
    );
    return store.claim(this.runId, owner.id, at).then((claim) => {
      if (!claim) throw new DurableFlowError('DF_FENCED', `run "${this.runId}" cannot be claimed`, { details: { runId: this.runId } });
      this.#lease = claim.lease;
      return claim;
    });
  }

  #leaving<T>(answer: Promise<T>): Promise<T> {
    if (this.#owner !== undefined) void this.#store.leave(this.#owner, true);
    this.#owner = undefined;
    return answer;
  }

  /** What holds of the key is not known here: what was answered is what counts. */
  #intend(intent: EffectIntent, answer: IntentAnswer): Promise<IntentAnswer> {
    return this.#store.write((db) => {
      if (answer.kind === 'in_doubt')
        db.prepare(
          `UPDATE effects SET state = 'abandoned' WHERE scope = @scope AND key = @key AND state = 'intended' AND run <> (SELECT row FROM runs WHERE id = @runId)`,
        ).run({ scope: intent.scope, key: intent.key, runId: this.runId });
      if (answer.kind === 'in_doubt' || answer.kind === 'begun')
        db.prepare(
          `INSERT INTO effects (run, call, method, scope, key, digest, state, intended_at)
           SELECT row, @call, @method, @scope, @key, @digest, 'intended', @intendedAt FROM runs WHERE id = @runId
           ON CONFLICT (run, call) DO UPDATE SET state = 'intended', key = @key, digest = @digest, intended_at = @intendedAt, settled_at = NULL`,
        ).run({ ...intent, runId: this.runId });
      return answer;
    });
  }

  /** Its gates had other numbers where it comes from. */
  async #import({ history, id }: Extract<LogEntry, { verb: 'importHistory' }>): Promise<boolean> {
    const imported = this.#store.importHistory(history, id);
    this.#store.flush();
    if (!(await imported)) return false;
    for (const { id: number, call } of this.#store.approvals({ runId: id })) {
      const own = approvalIdOf(id, call);
      void this.#store.write((db) => {
        db.prepare('UPDATE approvals SET id = ? WHERE id = ?').run(own, number);
        db.prepare('UPDATE votes SET approval = ? WHERE approval = ?').run(own, number);
      });
    }
    this.#store.flush();
    return true;
  }

  async #childEnded({ id, status, outcome, at }: Extract<LogEntry, { verb: 'childEnded' }>): Promise<boolean> {
    const store = this.#store;
    const known = store.run(id);
    if (!this.#isWhole && known?.status === 'diverged') void store.reopen(id, at);
    if (!this.#isWhole && known && (known.status === 'diverged' || !isEnded(known.status))) {
      const claimed = store.claim(id, 'its own worker', at);
      store.flush();
      const ended = store.finish((await claimed)!.lease, { status, outcome, at });
      store.flush();
      await ended;
    }
    const woken = store.write(
      (db) =>
        db
          .prepare(`UPDATE runs SET status = 'pending', wake_at = NULL, updated_at = @at WHERE id = @id AND status = 'waiting'`)
          .run({ id: this.runId, at }).changes > 0,
    );
    store.flush();
    return woken;
  }

  /** The store's own number of the n-th signal of the run. */
  #signalId(n: number): number {
    const signal = this.#store.signals(this.runId)[n - 1];
    if (signal) return signal.id;
    throw new DurableFlowError('DF_INVALID_INPUT', `run "${this.runId}" has had no signal ${n}`, { details: { runId: this.runId } });
  }

  #ownReceipt(receipt: Receipt | undefined): Receipt | undefined {
    if (!receipt || !('signal' in receipt) || receipt.signal === undefined) return receipt;
    return { ...receipt, signal: this.#signalId(receipt.signal) };
  }
}
