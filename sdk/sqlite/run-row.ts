import type { RunRecord, RunStatus } from '../store/index.js';
import type { BlobTable } from './blob-table.js';

/** A row of the `runs` table, with the id of its parent. */
export interface RunRow {
  readonly row: number;
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly status: RunStatus;
  readonly epoch: number;
  readonly owner: string | null;
  readonly wake_at: number | null;
  readonly cancel_reason: string | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly deadline_at: number | null;
  readonly parent_id: string | null;
  readonly parent_call: number | null;
  readonly detached: number;
  readonly queue: string | null;
  readonly priority: number;
  readonly compensates: number;
  readonly input_digest: string;
  readonly input: string;
  readonly outcome: string | null;
}

/** Selects rows for `toRecord`. */
export const selectRuns = 'SELECT runs.*, (SELECT id FROM runs AS parent WHERE parent.row = runs.parent) AS parent_id FROM runs';

export function toRecord(row: RunRow, blobs: BlobTable): RunRecord {
  return {
    id: row.id,
    workflow: row.workflow,
    version: row.version,
    status: row.status,
    input: blobs.get(row.input),
    inputDigest: row.input_digest,
    outcome: row.outcome === null ? undefined : blobs.get(row.outcome),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    wakeAt: row.wake_at ?? undefined,
    owner: row.owner ?? undefined,
    epoch: row.epoch,
    cancelReason: row.cancel_reason ?? undefined,
    deadlineAt: row.deadline_at ?? undefined,
    parent: row.parent_id ?? undefined,
    queue: row.queue ?? undefined,
    priority: row.priority,
  };
}
