/** Where a run stands. `waiting` and `in_doubt` wait for somebody or something; the last five are ends, `diverged` until it is resumed. */
export type RunStatus = 'pending' | 'running' | 'waiting' | 'in_doubt' | 'completed' | 'failed' | 'rejected' | 'cancelled' | 'diverged';

/** The statuses in which a run has ended. */
export const endedStatuses = ['completed', 'failed', 'rejected', 'cancelled', 'diverged'] as const satisfies readonly RunStatus[];

/** How a run ends. */
export type EndedStatus = (typeof endedStatuses)[number];

export function isEnded(status: RunStatus): status is EndedStatus {
  return (endedStatuses as readonly RunStatus[]).includes(status);
}

/** A run as it is stored. Times are milliseconds since the epoch; `input` and `outcome` are encoded. */
export interface RunRecord {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly status: RunStatus;
  readonly input: string;
  readonly inputDigest: string;
  /** The encoded output of a completed run, the encoded error of any other ended one. */
  readonly outcome: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When a waiting run must be looked at again, if time alone can wake it. */
  readonly wakeAt: number | undefined;
  /** The process that holds the lease. */
  readonly owner: string | undefined;
  /** Raised by every claim; a write with an older one is refused. */
  readonly epoch: number;
  /** Set when somebody asked for the run to be cancelled. */
  readonly cancelReason: string | undefined;
}

/** A run to begin. With an owner it is leased to it at once; without one it is left for any process to claim. */
export interface NewRun {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly input: string;
  readonly inputDigest: string;
  readonly at: number;
  readonly owner: string | undefined;
}

/** Which runs to list, newest first. */
export interface RunQuery {
  readonly status?: RunStatus | undefined;
  readonly workflow?: string | undefined;
  readonly limit?: number | undefined;
}
