import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import * as port from '../store/index.js';
import { isInline } from './blob-table.js';
import { CommitGroup, Refused } from './commit-group.js';
import { DataVersion } from './data-version.js';
import { newerSchema, openDatabase } from './open-database.js';
import { refused } from './run-table.js';
import { SqliteReads } from './sqlite-reads.js';
import type { SqliteOptions } from './sqlite-options.js';
import { tablesOf } from './tables.js';

/**
 * The default store: one SQLite file, or `':memory:'`. Any number of processes may share the file.
 *
 * @example
 * ```ts
 * import { SqliteStore } from 'durableflow';
 * const store = new SqliteStore(':memory:');
 * console.log(store.runs({}).length); // 0
 * await store.close();
 * ```
 */
export class SqliteStore extends SqliteReads implements port.Store {
  readonly #group: CommitGroup;
  readonly #dataVersion: DataVersion;

  constructor(file: string, options?: SqliteOptions) {
    const db = openDatabase(file, options);
    super(db, tablesOf(db));
    this.#group = new CommitGroup(db);
    this.#dataVersion = new DataVersion(db);
  }

  join(owner: port.Owner): Promise<void> {
    return this.#group.add(() => this.tables.owners.join(owner));
  }

  heartbeat(ownerId: string, expiresAt: number): Promise<void> {
    return this.#group.add(() => this.tables.owners.heartbeat(ownerId, expiresAt));
  }

  owners(): port.Owner[] {
    return this.read(() => this.tables.owners.all());
  }

  leave(ownerId: string, givesBack = false): Promise<number> {
    return this.#group.add(() => {
      this.tables.owners.leave(ownerId);
      return this.tables.runs.releaseAll(ownerId, givesBack);
    });
  }

  start(run: port.NewRun): Promise<port.Started> {
    return this.#group.add(() => this.#start(run), !run.parent && !run.attributes && isInline(run.input));
  }

  claim(runId: string, ownerId: string, at: number): Promise<port.Claim | undefined> {
    return this.#group.add(() => {
      const claimed = this.tables.runs.claim(runId, ownerId, at);
      if (!claimed) return undefined;
      const { row, epoch } = claimed.lease;
      if (epoch > 1) this.tables.resumptions.add(row, epoch, at, ownerId);
      else if (claimed.run.queue !== undefined) this.tables.queues.begin(row, at);
      const [journal, approvals, effects, waits] = [this.tables.journal, this.tables.approvals, this.tables.effects, this.tables.waits].map(
        (table) => table.ofRun(row),
      );
      return { ...claimed, journal, approvals, effects, waits } as port.Claim;
    });
  }

  claimable(definitions: readonly string[], at: number, limit: number): string[] {
    return this.read(() => this.tables.queries.claimable(definitions, at, limit));
  }

  nextWake(after: number): number | undefined {
    const times = this.read(() => [this.tables.queries.nextWake(after), this.tables.queues.nextSlot(after)]).filter(
      (at) => at !== undefined,
    );
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  append(lease: port.Lease, record: JournalRecord, receipt?: port.Receipt, decision?: port.DecisionRecord): Promise<void> {
    const isStatement = !receipt && !decision && isInline(record.value);
    return this.#group.add(() => {
      if (!this.tables.journal.append(lease.row, lease.epoch, record)) throw refused(lease);
      if (decision) this.tables.decisions.record(lease.row, decision);
      if (!receipt) return;
      if ('effect' in receipt) this.tables.effects.settle(lease.row, record.call, receipt.effect, record.endedAt);
      else this.tables.waits.remove(lease.row, record.call);
      if ('wait' in receipt && receipt.signal !== undefined) this.tables.signals.setState(receipt.signal, 'taken');
    }, isStatement);
  }

  transact<T>(
    lease: port.Lease,
    work: (db: port.SqlDatabase) => T,
    record: (value: T) => JournalRecord,
    decision?: () => port.DecisionRecord | undefined,
  ): Promise<JournalRecord> {
    return this.#group.add(() => {
      this.tables.runs.assertHeld(lease);
      try {
        return this.db.transaction(() => {
          const made = record(work(this.db));
          this.tables.journal.append(lease.row, lease.epoch, made);
          const known = decision?.();
          if (known) this.tables.decisions.record(lease.row, known);
          return made;
        })();
      } catch (error) {
        throw new Refused(error);
      }
    });
  }

  intend(lease: port.Lease, intent: port.EffectIntent): Promise<port.IntentAnswer> {
    return this.#held(lease, () => this.tables.effects.intend(lease.row, intent, (row, call) => this.tables.journal.outcome(row, call)));
  }

  withdraw(lease: port.Lease, call: number, at: number): Promise<void> {
    return this.#held(lease, () => this.tables.effects.settle(lease.row, call, 'failed', at));
  }

  noteDecision(lease: port.Lease, decision: port.DecisionRecord): Promise<void> {
    return this.#held(lease, () => this.tables.decisions.record(lease.row, decision));
  }

  requestApproval(lease: port.Lease, request: port.ApprovalRequest): Promise<void> {
    return this.#held(lease, () => this.tables.approvals.request(lease.row, request));
  }

  reopenApproval(lease: port.Lease, approvalId: number, code: string): Promise<void> {
    return this.#held(lease, () => this.tables.approvals.reopen(approvalId, code));
  }

  wait(lease: port.Lease, wait: port.WaitRecord): Promise<void> {
    return this.#held(lease, () => this.tables.waits.add(lease.row, wait));
  }

  refuseSignal(lease: port.Lease, signalId: number): Promise<void> {
    return this.#held(lease, () => this.tables.signals.setState(signalId, 'refused'));
  }

  park(lease: port.Lease, parking: port.Parking): Promise<'parked' | 'ready'> {
    return this.#group.add(() => this.tables.runs.park(lease, parking));
  }

  release(lease: port.Lease, at: number): Promise<void> {
    return this.#group.add(() => this.tables.runs.release(lease, at));
  }

  finish(lease: port.Lease, ending: port.Ending): Promise<void> {
    return this.#group.add(() => this.tables.runs.finish(lease, ending));
  }

  decide(approvalId: number, decision: port.ApprovalDecision): Promise<port.DecideAnswer> {
    return this.#group.add(() => {
      const { answer, row } = this.tables.approvals.decide(approvalId, decision);
      if (row !== undefined) this.tables.runs.wake(row, decision.at);
      return answer;
    });
  }

  resolve(runId: string, call: number, resolution: port.EffectResolution): Promise<port.DecideAnswer> {
    return this.#group.add(() => {
      const row = this.tables.runs.row(runId);
      if (row === undefined) return 'unknown';
      if (this.tables.runs.get(runId)!.status !== 'in_doubt' || !this.tables.effects.resolve(row, call, resolution)) return 'ended';
      this.tables.runs.wake(row, resolution.at);
      return 'recorded';
    });
  }

  cancel(runId: string, reason: string, outcome: string, at: number): Promise<port.CancelAnswer> {
    return this.#group.add(() => this.tables.runs.cancel(runId, reason, outcome, at));
  }

  signal(runId: string, signal: port.NewSignal): Promise<port.SignalAnswer> {
    return this.#group.add(() => {
      const run = this.tables.runs.get(runId);
      if (!run) return 'unknown';
      if (port.isEnded(run.status)) return 'ended';
      const row = this.tables.runs.row(runId)!;
      if (!this.tables.signals.add(row, signal)) return 'duplicate';
      if (this.tables.waits.ofRun(row).some(({ name }) => name === `signal:${signal.name}`)) this.tables.runs.wake(row, signal.at);
      return 'recorded';
    });
  }

  reopen(runId: string, at: number): Promise<boolean> {
    return this.#group.add(() => this.tables.runs.reopen(runId, at));
  }

  setAttributes(runId: string, attributes: port.Attributes): Promise<boolean> {
    return this.#group.add(() => {
      const row = this.tables.runs.row(runId);
      if (row !== undefined) this.tables.attributes.set(row, attributes);
      return row !== undefined;
    });
  }

  fork(sourceId: string, id: string, beforeSeq: number, at: number): Promise<boolean> {
    return this.#group.add(() => this.tables.archive.fork(sourceId, id, beforeSeq, at));
  }

  importHistory(history: port.History, id: string): Promise<boolean> {
    return this.#group.add(() => this.tables.archive.import(history, id));
  }

  prune(pruning: port.Pruning): Promise<number> {
    return this.#group.add(() => this.tables.archive.prune(pruning));
  }

  /** Deletes a run, whatever its status, with all that belongs to it: for a store that is a copy. */
  remove(runId: string): Promise<boolean> {
    return this.#group.add(() => this.tables.archive.remove(runId));
  }

  prunable(pruning: Omit<port.Pruning, 'limit'>): number {
    return this.read(() => this.tables.archive.prunable(pruning));
  }

  defineQueue(queue: port.QueueRecord): Promise<void> {
    return this.#group.add(() => this.tables.queues.define(queue));
  }

  queues(): port.QueueCount[] {
    return this.read(() => this.tables.queues.counts());
  }

  defineSchedule(schedule: port.ScheduleRecord): Promise<void> {
    return this.#group.add(() => this.tables.schedules.define(schedule));
  }

  removeSchedule(id: string): Promise<boolean> {
    return this.#group.add(() => this.tables.schedules.remove(id));
  }

  schedules(): port.ScheduleRecord[] {
    return this.read(() => this.tables.schedules.all());
  }

  fire(schedule: port.ScheduleRecord, run: port.NewRun, nextAt: number | undefined): Promise<boolean> {
    return this.#group.add(() => {
      if (!this.tables.schedules.advance(schedule.id, schedule.nextAt, nextAt)) return false;
      this.#start(run);
      return true;
    });
  }

  changed(): boolean {
    if (!this.#dataVersion.changed()) return false;
    // A process of a newer version may have migrated the file under us: what we would write now is not what it expects.
    const newer = newerSchema(this.db, this.db.name);
    if (newer) this.#group.refuse(newer);
    return true;
  }

  /** Writes to tables of your own in this file, with the next commit. In a step, `transaction()` does so with its record. */
  write<T>(work: (db: port.SqlDatabase) => T): Promise<T> {
    return this.#group.add(() => work(this.db));
  }

  /** Commits at once what waits for the next commit. */
  flush(): void {
    this.#group.flush();
  }

  async close(): Promise<void> {
    if (!this.db.open) return;
    this.#group.close();
    this.db.close();
  }

  #start(run: port.NewRun): port.Started {
    if (run.parent && !run.parent.detached && port.isEnded(this.tables.runs.get(run.parent.runId)!.status))
      throw new Refused(new DurableFlowError('DF_RUN_ENDED', `run "${run.parent.runId}" has ended and starts no children any more`));
    const { row, ...started } = this.tables.runs.start(run);
    if (row !== undefined && run.attributes) this.tables.attributes.set(row, run.attributes);
    return started;
  }

  /** A write that only the holder of the lease may make. */
  #held<T>(lease: port.Lease, work: () => T): Promise<T> {
    return this.#group.add(() => {
      this.tables.runs.assertHeld(lease);
      return work();
    });
  }
}
