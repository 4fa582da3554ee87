import type { Database } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import type {
  ApprovalDecision, ApprovalRequest, Claim, DecideAnswer, EffectIntent, EffectResolution, Ending, Lease, NewRun, Owner, Parking, RunQuery, Started, Store,
} from '../store/index.js'; // prettier-ignore
import { ApprovalTable } from './approval-table.js';
import { CommitGroup } from './commit-group.js';
import { EffectTable } from './effect-table.js';
import { JournalTable } from './journal-table.js';
import { openDatabase, type SqliteOptions } from './open-database.js';
import { OwnerTable } from './owner-table.js';
import { RunTable } from './run-table.js';
import { sqliteError } from './sqlite-error.js';

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
export class SqliteStore implements Store {
  readonly #db: Database;
  readonly #group: CommitGroup;
  readonly #owners: OwnerTable;
  readonly #runs: RunTable;
  readonly #journal: JournalTable;
  readonly #approvals: ApprovalTable;
  readonly #effects: EffectTable;
  #dataVersion: number;

  constructor(file: string, options?: SqliteOptions) {
    this.#db = openDatabase(file, options);
    this.#group = new CommitGroup(this.#db);
    this.#owners = new OwnerTable(this.#db);
    this.#runs = new RunTable(this.#db);
    this.#journal = new JournalTable(this.#db);
    this.#approvals = new ApprovalTable(this.#db);
    this.#effects = new EffectTable(this.#db);
    this.#dataVersion = this.#readDataVersion();
  }

  join(owner: Owner): Promise<void> {
    return this.#group.add(() => this.#owners.join(owner));
  }

  heartbeat(ownerId: string, expiresAt: number): Promise<void> {
    return this.#group.add(() => this.#owners.heartbeat(ownerId, expiresAt));
  }

  owners(): Owner[] {
    return this.#read(() => this.#owners.all());
  }

  leave(ownerId: string): Promise<number> {
    return this.#group.add(() => {
      this.#owners.leave(ownerId);
      return this.#runs.releaseAll(ownerId);
    });
  }

  start(run: NewRun): Promise<Started> {
    return this.#group.add(() => this.#runs.start(run));
  }

  claim(runId: string, ownerId: string, at: number): Promise<Claim | undefined> {
    return this.#group.add(() => {
      const claimed = this.#runs.claim(runId, ownerId, at);
      if (!claimed) return undefined;
      const { row } = claimed.lease;
      return { ...claimed, journal: this.#journal.ofRun(row), approvals: this.#approvals.ofRun(row), effects: this.#effects.ofRun(row) };
    });
  }

  claimable(definitions: readonly string[], at: number, limit: number): string[] {
    return this.#read(() => this.#runs.claimable(definitions, at, limit));
  }

  nextWake(after: number): number | undefined {
    return this.#read(() => this.#runs.nextWake(after));
  }

  append(lease: Lease, record: JournalRecord, receipt?: 'done' | 'failed'): Promise<void> {
    return this.#group.add(() => {
      if (!this.#journal.append(lease.row, lease.epoch, record)) this.#runs.assertHeld(lease);
      if (receipt) this.#effects.settle(lease.row, record.call, receipt, record.endedAt);
    });
  }

  intend(lease: Lease, intent: EffectIntent) {
    return this.#group.add(() => {
      this.#runs.assertHeld(lease);
      return this.#effects.intend(lease.row, intent, (row, call) => this.#journal.returned(row, call));
    });
  }

  withdraw(lease: Lease, call: number, at: number): Promise<void> {
    return this.#group.add(() => {
      this.#runs.assertHeld(lease);
      this.#effects.settle(lease.row, call, 'failed', at);
    });
  }

  requestApproval(lease: Lease, request: ApprovalRequest): Promise<void> {
    return this.#group.add(() => {
      this.#runs.assertHeld(lease);
      this.#approvals.request(lease.row, request);
    });
  }

  park(lease: Lease, parking: Parking): Promise<'parked' | 'ready'> {
    return this.#group.add(() => this.#runs.park(lease, parking));
  }

  release(lease: Lease, at: number): Promise<void> {
    return this.#group.add(() => this.#runs.release(lease, at));
  }

  finish(lease: Lease, ending: Ending): Promise<void> {
    return this.#group.add(() => this.#runs.finish(lease, ending));
  }

  decide(approvalId: number, decision: ApprovalDecision): Promise<DecideAnswer> {
    return this.#group.add(() => {
      const { answer, row } = this.#approvals.decide(approvalId, decision);
      if (row !== undefined) this.#runs.wake(row, decision.at);
      return answer;
    });
  }

  resolve(runId: string, call: number, resolution: EffectResolution): Promise<DecideAnswer> {
    return this.#group.add(() => {
      const row = this.#runs.row(runId);
      if (row === undefined) return 'unknown';
      if (this.#runs.get(runId)!.status !== 'in_doubt' || !this.#effects.resolve(row, call, resolution)) return 'ended';
      this.#runs.wake(row, resolution.at);
      return 'recorded';
    });
  }

  cancel(runId: string, reason: string, outcome: string, at: number) {
    return this.#group.add(() => this.#runs.cancel(runId, reason, outcome, at));
  }

  reopen(runId: string, at: number): Promise<boolean> {
    return this.#group.add(() => this.#runs.reopen(runId, at));
  }

  run(id: string) {
    return this.#read(() => this.#runs.get(id));
  }

  runs(query: RunQuery) {
    return this.#read(() => this.#runs.list(query));
  }

  countRuns() {
    return this.#read(() => this.#runs.count());
  }

  journal(runId: string) {
    return this.#ofRun(runId, (row) => this.#journal.ofRun(row));
  }

  approval(id: number) {
    return this.#read(() => this.#approvals.get(id));
  }

  approvals({ runId, open = false }: { runId?: string | undefined; open?: boolean | undefined }) {
    if (runId !== undefined) return this.#ofRun(runId, (row) => this.#approvals.ofRun(row)).filter((it) => !open || !it.verdict);
    return this.#read(() => (open ? this.#approvals.open() : this.#approvals.all()));
  }

  effects(runId: string) {
    return this.#ofRun(runId, (row) => this.#effects.ofRun(row));
  }

  cancelRequests(ownerId: string) {
    return this.#read(() => this.#runs.cancelRequests(ownerId));
  }

  changed(): boolean {
    const version = this.#readDataVersion();
    const changed = version !== this.#dataVersion;
    this.#dataVersion = version;
    return changed;
  }

  async close(): Promise<void> {
    if (!this.#db.open) return;
    this.#group.close();
    this.#db.close();
  }

  #ofRun<T>(runId: string, read: (row: number) => T[]): T[] {
    return this.#read(() => {
      const row = this.#runs.row(runId);
      return row === undefined ? [] : read(row);
    });
  }

  #read<T>(read: () => T): T {
    if (!this.#db.open) throw new DurableFlowError('DF_CLOSED', 'the database is closed');
    try {
      return read();
    } catch (error) {
      throw sqliteError(error, this.#db.name);
    }
  }

  #readDataVersion(): number {
    return this.#db.pragma('data_version', { simple: true }) as number;
  }
}
