import type { Database } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import type * as port from '../store/index.js';
import { sqliteError } from './sqlite-error.js';
import type { Tables } from './tables.js';

/** The reads of the store; they see every committed write. */
export class SqliteReads {
  /** @internal */
  protected readonly db: Database;
  /** @internal */
  protected readonly tables: Tables;

  /** @internal */
  protected constructor(db: Database, tables: Tables) {
    this.db = db;
    this.tables = tables;
  }

  run(id: string): port.RunRecord | undefined {
    return this.read(() => this.tables.runs.get(id));
  }

  runs(query: port.RunQuery): port.RunRecord[] {
    return this.read(() => this.tables.queries.list(query));
  }

  countRuns(): Partial<Record<port.RunStatus, number>> {
    return this.read(() => this.tables.queries.count());
  }

  workflows(): string[] {
    return this.read(() => this.tables.queries.workflows());
  }

  journal(runId: string): JournalRecord[] {
    return this.#ofRun(runId, (row) => this.tables.journal.ofRun(row));
  }

  approval(id: number): port.ApprovalRecord | undefined {
    return this.read(() => this.tables.approvals.get(id));
  }

  countApprovals(): number {
    return this.read(() => this.tables.approvals.count());
  }

  votes(approvalId: number): port.Vote[] {
    return this.read(() => this.tables.approvals.votes(approvalId));
  }

  approvals({ runId, open = false }: { runId?: string | undefined; open?: boolean | undefined }): port.ApprovalRecord[] {
    if (runId !== undefined) return this.#ofRun(runId, (row) => this.tables.approvals.ofRun(row)).filter((it) => !open || !it.verdict);
    return this.read(() => (open ? this.tables.approvals.open() : this.tables.approvals.all()));
  }

  effects(runId: string): port.EffectRecord[] {
    return this.#ofRun(runId, (row) => this.tables.effects.ofRun(row));
  }

  waits(runId: string): port.WaitRecord[] {
    return this.#ofRun(runId, (row) => this.tables.waits.ofRun(row));
  }

  signals(runId: string): port.SignalRecord[] {
    return this.#ofRun(runId, (row) => this.tables.signals.ofRun(row));
  }

  resumptions(runId: string): port.ResumptionRecord[] {
    return this.#ofRun(runId, (row) => this.tables.resumptions.ofRun(row));
  }

  costOf(runId: string): number {
    return this.#ofRun(runId, (row) => [this.tables.spend.ofRun(row)])[0] ?? 0;
  }

  spend(): port.SpendRecord {
    return this.read(() => this.tables.spend.all());
  }

  decisions(runId: string): port.DecisionRecord[] {
    return this.#ofRun(runId, (row) => this.tables.decisions.ofRun(row));
  }

  uses(query: port.ArtifactQuery): port.FoundUse[] {
    return this.read(() => this.tables.decisions.uses(query));
  }

  attributes(runId: string): port.Attributes {
    return this.#ofRun(runId, (row) => [this.tables.attributes.ofRun(row)])[0] ?? {};
  }

  children(runId: string): { run: port.RunRecord; call: number; detached: boolean }[] {
    return this.#ofRun(runId, (row) => this.tables.queries.children(row));
  }

  versions(): { workflow: string; version: string; runs: number }[] {
    return this.read(() => this.tables.queries.versions());
  }

  cancelRequests(ownerId: string): { runId: string; reason: string }[] {
    return this.read(() => this.tables.queries.cancelRequests(ownerId));
  }

  /** Reads tables of your own in this file. */
  read<T>(work: (db: port.SqlDatabase) => T): T {
    if (!this.db.open) throw new DurableFlowError('DF_CLOSED', 'the database is closed');
    try {
      return work(this.db);
    } catch (error) {
      throw sqliteError(error, this.db.name);
    }
  }

  #ofRun<T>(runId: string, read: (row: number) => T[]): T[] {
    return this.read(() => {
      const row = this.tables.runs.row(runId);
      return row === undefined ? [] : read(row);
    });
  }
}
