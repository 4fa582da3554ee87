import type { Database } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import * as port from '../store/index.js';
import { ApprovalTable } from './approval-table.js';
import { AttributeTable } from './attribute-table.js';
import { BlobTable } from './blob-table.js';
import { CommitGroup, Refused } from './commit-group.js';
import { compileLate } from './compile-late.js';
import { DataVersion } from './data-version.js';
import { DecisionTable } from './decision-table.js';
import { EffectTable } from './effect-table.js';
import { JournalTable } from './journal-table.js';
import { openDatabase } from './open-database.js';
import { OwnerTable } from './owner-table.js';
import { QueueTable } from './queue-table.js';
import { RunArchive } from './run-archive.js';
import { RunQueries } from './run-queries.js';
import { RunTable } from './run-table.js';
import { ScheduleTable } from './schedule-table.js';
import { SignalTable } from './signal-table.js';
import { sqliteError } from './sqlite-error.js';
import type { SqliteOptions } from './sqlite-options.js';
import { WaitTable } from './wait-table.js';

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
export class SqliteStore implements port.Store {
  readonly #db: Database;
  readonly #group: CommitGroup;
  readonly #owners: OwnerTable;
  readonly #runs: RunTable;
  readonly #queries: RunQueries;
  readonly #archive: RunArchive;
  readonly #journal: JournalTable;
  readonly #approvals: ApprovalTable;
  readonly #effects: EffectTable;
  readonly #waits: WaitTable;
  readonly #signals: SignalTable;
  readonly #attributes: AttributeTable;
  readonly #decisions: DecisionTable;
  readonly #queues: QueueTable;
  readonly #schedules: ScheduleTable;
  readonly #dataVersion: DataVersion;

  constructor(file: string, options?: SqliteOptions) {
    const db = openDatabase(file, options);
    this.#db = db;
    this.#group = new CommitGroup(db);
    this.#dataVersion = new DataVersion(db);
    const late = compileLate(db);
    const blobs = new BlobTable(late);
    this.#owners = new OwnerTable(late);
    this.#runs = new RunTable(late, blobs);
    this.#queries = new RunQueries(late, blobs);
    this.#decisions = new DecisionTable(late);
    this.#archive = new RunArchive(late, blobs, this.#decisions);
    this.#journal = new JournalTable(late, blobs);
    this.#approvals = new ApprovalTable(late);
    this.#effects = new EffectTable(late);
    this.#waits = new WaitTable(late);
    this.#signals = new SignalTable(late);
    this.#attributes = new AttributeTable(late);
    this.#queues = new QueueTable(late);
    this.#schedules = new ScheduleTable(late);
  }

  join(owner: port.Owner): Promise<void> {
    return this.#group.add(() => this.#owners.join(owner));
  }

  heartbeat(ownerId: string, expiresAt: number): Promise<void> {
    return this.#group.add(() => this.#owners.heartbeat(ownerId, expiresAt));
  }

  owners(): port.Owner[] {
    return this.read(() => this.#owners.all());
  }

  leave(ownerId: string, givesBack = false): Promise<number> {
    return this.#group.add(() => {
      this.#owners.leave(ownerId);
      return this.#runs.releaseAll(ownerId, givesBack);
    });
  }

  start(run: port.NewRun): Promise<port.Started> {
    return this.#group.add(() => this.#start(run));
  }

  claim(runId: string, ownerId: string, at: number): Promise<port.Claim | undefined> {
    return this.#group.add(() => {
      const claimed = this.#runs.claim(runId, ownerId, at);
      if (!claimed) return undefined;
      const { row, epoch } = claimed.lease;
      if (epoch === 1) this.#queues.begin(row, at);
      const [journal, approvals, effects, waits] = [this.#journal, this.#approvals, this.#effects, this.#waits].map((table) =>
        table.ofRun(row),
      );
      return { ...claimed, journal, approvals, effects, waits } as port.Claim;
    });
  }

  claimable(definitions: readonly string[], at: number, limit: number): string[] {
    return this.read(() => this.#queries.claimable(definitions, at, limit));
  }

  nextWake(after: number): number | undefined {
    const times = this.read(() => [this.#queries.nextWake(after), this.#queues.nextSlot(after)]).filter((at) => at !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  append(lease: port.Lease, record: JournalRecord, receipt?: port.Receipt, decision?: port.DecisionRecord): Promise<void> {
    return this.#group.add(() => {
      if (!this.#journal.append(lease.row, lease.epoch, record)) this.#runs.assertHeld(lease);
      if (decision) this.#decisions.record(lease.row, decision);
      if (!receipt) return;
      if ('effect' in receipt) this.#effects.settle(lease.row, record.call, receipt.effect, record.endedAt);
      else this.#waits.remove(lease.row, record.call);
      if ('wait' in receipt && receipt.signal !== undefined) this.#signals.setState(receipt.signal, 'taken');
    });
  }

  transact<T>(
    lease: port.Lease,
    work: (db: port.SqlDatabase) => T,
    record: (value: T) => JournalRecord,
    decision?: () => port.DecisionRecord | undefined,
  ): Promise<JournalRecord> {
    return this.#group.add(() => {
      this.#runs.assertHeld(lease);
      try {
        return this.#db.transaction(() => {
          const made = record(work(this.#db));
          this.#journal.append(lease.row, lease.epoch, made);
          const known = decision?.();
          if (known) this.#decisions.record(lease.row, known);
          return made;
        })();
      } catch (error) {
        throw new Refused(error);
      }
    });
  }

  intend(lease: port.Lease, intent: port.EffectIntent): Promise<port.IntentAnswer> {
    return this.#held(lease, () => this.#effects.intend(lease.row, intent, (row, call) => this.#journal.outcome(row, call)));
  }

  withdraw(lease: port.Lease, call: number, at: number): Promise<void> {
    return this.#held(lease, () => this.#effects.settle(lease.row, call, 'failed', at));
  }

  noteDecision(lease: port.Lease, decision: port.DecisionRecord): Promise<void> {
    return this.#held(lease, () => this.#decisions.record(lease.row, decision));
  }

  requestApproval(lease: port.Lease, request: port.ApprovalRequest): Promise<void> {
    return this.#held(lease, () => this.#approvals.request(lease.row, request));
  }

  reopenApproval(lease: port.Lease, approvalId: number, code: string): Promise<void> {
    return this.#held(lease, () => this.#approvals.reopen(approvalId, code));
  }

  wait(lease: port.Lease, wait: port.WaitRecord): Promise<void> {
    return this.#held(lease, () => this.#waits.add(lease.row, wait));
  }

  refuseSignal(lease: port.Lease, signalId: number): Promise<void> {
    return this.#held(lease, () => this.#signals.setState(signalId, 'refused'));
  }

  park(lease: port.Lease, parking: port.Parking): Promise<'parked' | 'ready'> {
    return this.#group.add(() => this.#runs.park(lease, parking));
  }

  release(lease: port.Lease, at: number): Promise<void> {
    return this.#group.add(() => this.#runs.release(lease, at));
  }

  finish(lease: port.Lease, ending: port.Ending): Promise<void> {
    return this.#group.add(() => this.#runs.finish(lease, ending));
  }

  decide(approvalId: number, decision: port.ApprovalDecision): Promise<port.DecideAnswer> {
    return this.#group.add(() => {
      const { answer, row } = this.#approvals.decide(approvalId, decision);
      if (row !== undefined) this.#runs.wake(row, decision.at);
      return answer;
    });
  }

  resolve(runId: string, call: number, resolution: port.EffectResolution): Promise<port.DecideAnswer> {
    return this.#group.add(() => {
      const row = this.#runs.row(runId);
      if (row === undefined) return 'unknown';
      if (this.#runs.get(runId)!.status !== 'in_doubt' || !this.#effects.resolve(row, call, resolution)) return 'ended';
      this.#runs.wake(row, resolution.at);
      return 'recorded';
    });
  }

  cancel(runId: string, reason: string, outcome: string, at: number): Promise<port.CancelAnswer> {
    return this.#group.add(() => this.#runs.cancel(runId, reason, outcome, at));
  }

  signal(runId: string, signal: port.NewSignal): Promise<port.SignalAnswer> {
    return this.#group.add(() => {
      const run = this.#runs.get(runId);
      if (!run) return 'unknown';
      if (port.isEnded(run.status)) return 'ended';
      const row = this.#runs.row(runId)!;
      if (!this.#signals.add(row, signal)) return 'duplicate';
      if (this.#waits.ofRun(row).some(({ name }) => name === `signal:${signal.name}`)) this.#runs.wake(row, signal.at);
      return 'recorded';
    });
  }

  reopen(runId: string, at: number): Promise<boolean> {
    return this.#group.add(() => this.#runs.reopen(runId, at));
  }

  setAttributes(runId: string, attributes: port.Attributes): Promise<boolean> {
    return this.#group.add(() => {
      const row = this.#runs.row(runId);
      if (row !== undefined) this.#attributes.set(row, attributes);
      return row !== undefined;
    });
  }

  fork(sourceId: string, id: string, beforeSeq: number, at: number): Promise<boolean> {
    return this.#group.add(() => this.#archive.fork(sourceId, id, beforeSeq, at));
  }

  importHistory(history: port.History, id: string): Promise<boolean> {
    return this.#group.add(() => this.#archive.import(history, id));
  }

  prune(pruning: port.Pruning): Promise<number> {
    return this.#group.add(() => this.#archive.prune(pruning));
  }

  prunable(pruning: Omit<port.Pruning, 'limit'>): number {
    return this.read(() => this.#archive.prunable(pruning));
  }

  defineQueue(queue: port.QueueRecord): Promise<void> {
    return this.#group.add(() => this.#queues.define(queue));
  }

  queues(): port.QueueCount[] {
    return this.read(() => this.#queues.counts());
  }

  defineSchedule(schedule: port.ScheduleRecord): Promise<void> {
    return this.#group.add(() => this.#schedules.define(schedule));
  }

  removeSchedule(id: string): Promise<boolean> {
    return this.#group.add(() => this.#schedules.remove(id));
  }

  schedules(): port.ScheduleRecord[] {
    return this.read(() => this.#schedules.all());
  }

  fire(schedule: port.ScheduleRecord, run: port.NewRun, nextAt: number | undefined): Promise<boolean> {
    return this.#group.add(() => {
      if (!this.#schedules.advance(schedule.id, schedule.nextAt, nextAt)) return false;
      this.#start(run);
      return true;
    });
  }

  run(id: string): port.RunRecord | undefined {
    return this.read(() => this.#runs.get(id));
  }

  runs(query: port.RunQuery): port.RunRecord[] {
    return this.read(() => this.#queries.list(query));
  }

  countRuns(): Partial<Record<port.RunStatus, number>> {
    return this.read(() => this.#queries.count());
  }

  journal(runId: string): JournalRecord[] {
    return this.#ofRun(runId, (row) => this.#journal.ofRun(row));
  }

  approval(id: number): port.ApprovalRecord | undefined {
    return this.read(() => this.#approvals.get(id));
  }

  votes(approvalId: number): port.Vote[] {
    return this.read(() => this.#approvals.votes(approvalId));
  }

  approvals({ runId, open = false }: { runId?: string | undefined; open?: boolean | undefined }): port.ApprovalRecord[] {
    if (runId !== undefined) return this.#ofRun(runId, (row) => this.#approvals.ofRun(row)).filter((it) => !open || !it.verdict);
    return this.read(() => (open ? this.#approvals.open() : this.#approvals.all()));
  }

  effects(runId: string): port.EffectRecord[] {
    return this.#ofRun(runId, (row) => this.#effects.ofRun(row));
  }

  waits(runId: string): port.WaitRecord[] {
    return this.#ofRun(runId, (row) => this.#waits.ofRun(row));
  }

  signals(runId: string): port.SignalRecord[] {
    return this.#ofRun(runId, (row) => this.#signals.ofRun(row));
  }

  decisions(runId: string): port.DecisionRecord[] {
    return this.#ofRun(runId, (row) => this.#decisions.ofRun(row));
  }

  uses(query: port.ArtifactQuery): port.FoundUse[] {
    return this.read(() => this.#decisions.uses(query));
  }

  attributes(runId: string): port.Attributes {
    return this.#ofRun(runId, (row) => [this.#attributes.ofRun(row)])[0] ?? {};
  }

  children(runId: string): { run: port.RunRecord; call: number; detached: boolean }[] {
    return this.#ofRun(runId, (row) => this.#queries.children(row));
  }

  versions(): { workflow: string; version: string; runs: number }[] {
    return this.read(() => this.#queries.versions());
  }

  cancelRequests(ownerId: string): { runId: string; reason: string }[] {
    return this.read(() => this.#queries.cancelRequests(ownerId));
  }

  changed(): boolean {
    return this.#dataVersion.changed();
  }

  /** Reads tables of your own in this file. */
  read<T>(work: (db: port.SqlDatabase) => T): T {
    if (!this.#db.open) throw new DurableFlowError('DF_CLOSED', 'the database is closed');
    try {
      return work(this.#db);
    } catch (error) {
      throw sqliteError(error, this.#db.name);
    }
  }

  /** Writes to tables of your own in this file, with the next commit. In a step, `transaction()` does so with its record. */
  write<T>(work: (db: port.SqlDatabase) => T): Promise<T> {
    return this.#group.add(() => work(this.#db));
  }

  async close(): Promise<void> {
    if (!this.#db.open) return;
    this.#group.close();
    this.#db.close();
  }

  #start(run: port.NewRun): port.Started {
    if (run.parent && !run.parent.detached && port.isEnded(this.#runs.get(run.parent.runId)!.status))
      throw new Refused(new DurableFlowError('DF_RUN_ENDED', `run "${run.parent.runId}" has ended and starts no children any more`));
    const { row, ...started } = this.#runs.start(run);
    if (row !== undefined && run.attributes) this.#attributes.set(row, run.attributes);
    return started;
  }

  /** A write that only the holder of the lease may make. */
  #held<T>(lease: port.Lease, work: () => T): Promise<T> {
    return this.#group.add(() => {
      this.#runs.assertHeld(lease);
      return work();
    });
  }

  #ofRun<T>(runId: string, read: (row: number) => T[]): T[] {
    return this.read(() => {
      const row = this.#runs.row(runId);
      return row === undefined ? [] : read(row);
    });
  }
}
