import type { Database } from 'better-sqlite3';
import { ApprovalTable } from './approval-table.js';
import { AttributeTable } from './attribute-table.js';
import { BlobTable } from './blob-table.js';
import { compileLate } from './compile-late.js';
import { DecisionTable } from './decision-table.js';
import { EffectTable } from './effect-table.js';
import { JournalTable } from './journal-table.js';
import { OwnerTable } from './owner-table.js';
import { QueueTable } from './queue-table.js';
import { RunArchive } from './run-archive.js';
import { RunQueries } from './run-queries.js';
import { ResumptionTable } from './resumption-table.js';
import { RunTable } from './run-table.js';
import { ScheduleTable } from './schedule-table.js';
import { SignalTable } from './signal-table.js';
import { SpendQueries } from './spend-queries.js';
import { WaitTable } from './wait-table.js';

/** What knows the statements of the file, by table. */
export type Tables = ReturnType<typeof tablesOf>;

export function tablesOf(db: Database) {
  const late = compileLate(db);
  const blobs = new BlobTable(late);
  const decisions = new DecisionTable(late);
  return {
    owners: new OwnerTable(late),
    runs: new RunTable(late, blobs),
    queries: new RunQueries(late, blobs),
    decisions,
    archive: new RunArchive(late, blobs, decisions),
    journal: new JournalTable(late, blobs),
    approvals: new ApprovalTable(late),
    effects: new EffectTable(late),
    waits: new WaitTable(late),
    signals: new SignalTable(late),
    attributes: new AttributeTable(late),
    queues: new QueueTable(late),
    schedules: new ScheduleTable(late),
    resumptions: new ResumptionTable(late),
    spend: new SpendQueries(late),
  };
}
