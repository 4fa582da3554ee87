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
  /** The run must have ended by then. */
  readonly deadlineAt: number | undefined;
  /** The run that started this one, or that it was forked from. */
  readonly parent: string | undefined;
  readonly queue: string | undefined;
  readonly priority: number;
}

/** Names and values that a run can be found by. */
export type Attributes = Readonly<Record<string, string>>;

/** A run to begin. With an owner it is leased to it at once; without one it is left for any process to claim. */
export interface NewRun {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly input: string;
  readonly inputDigest: string;
  readonly at: number;
  readonly owner: string | undefined;
  /** It does not begin before this moment. */
  readonly startAt?: number | undefined;
  readonly deadlineAt?: number | undefined;
  /** The call that waits for this run, if any does. */
  readonly parent?: { readonly runId: string; readonly call: number; readonly detached: boolean } | undefined;
  readonly queue?: { readonly name: string; readonly key: string | undefined } | undefined;
  /** Higher is claimed earlier. Default 0. */
  readonly priority?: number | undefined;
  readonly attributes?: Attributes | undefined;
  /** It has steps to undo, so it may not be ended by anyone but its own code. */
  readonly compensates?: boolean | undefined;
  /** The id was made for it at random, so nobody else has it. */
  readonly hasNewId?: boolean | undefined;
}

/** Which runs to list, newest first. */
export interface RunQuery {
  /** One status, or several of which each will do. */
  readonly status?: RunStatus | readonly RunStatus[] | undefined;
  readonly workflow?: string | undefined;
  /** Part of the id in any case of letters, or `name=value` of an attribute. */
  readonly search?: string | undefined;
  /** The id of a run: only those that were started before it. None, if there is no such run. */
  readonly before?: string | undefined;
  /** Only runs that have all of these. */
  readonly attributes?: Attributes | undefined;
  readonly limit?: number | undefined;
}

/** A run was taken up again: after a wait, or because its process died. Times in milliseconds since the epoch. */
export interface ResumptionRecord {
  readonly epoch: number;
  readonly at: number;
  readonly host: string;
  readonly pid: number;
}
