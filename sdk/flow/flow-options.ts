import type { Duration } from '../definition/duration.js';
import type { ErrorClass } from '../journal/index.js';
import type { Clock, GuardMode, LedgerOptions } from '../runtime/index.js';
import type { SqliteOptions } from '../sqlite/index.js';
import type { Attributes, RunQuery } from '../store/index.js';
import type { TelemetrySink } from '../telemetry/index.js';

/** Options of `DurableFlow.open`. */
export interface FlowOptions extends SqliteOptions {
  /** Where events go, for example `jsonLines('telemetry.jsonl')`. Nowhere if absent. */
  readonly telemetry?: TelemetrySink;
  /** Another process may take over this long after the last sign of life. Dead processes of this host need not be waited for. Default `'30s'`. */
  readonly leaseDuration?: Duration;
  /** How often to look whether another process has written to the file. Default `'50ms'`. */
  readonly pollInterval?: Duration;
  /** More runs than this are not held in memory at once; the others wait in the file. Default 256. */
  readonly maxConcurrentRuns?: number;
  /**
   * The most bytes that one value may take in the journal: an input, the arguments of a call, what it returned, the payload of a
   * signal. What is larger is refused with `DF_PAYLOAD_TOO_LARGE`. Default 16 MiB; `Infinity` for no limit.
   */
  readonly maxPayloadBytes?: number;
  /** Ended runs are deleted this long after their end. Kept for good if absent. */
  readonly retention?: Duration;
  /** With a secret, decisions on approvals are signed, and one that was written or edited by anyone else is refused. */
  readonly approvalSecret?: string;
  /**
   * What happens when `run()` itself reads the clock, randomness or the network, or sets a timer, none of which can be
   * replayed: a warning that names the line, an error `DF_NONDETERMINISTIC` at the call, or nothing. Default: `'off'` if
   * `NODE_ENV` is `production`, else `'warn'`.
   */
  readonly guard?: GuardMode;
  /** What is kept of the material and the prompts of models. Digests and counts only, if absent. */
  readonly ledger?: LedgerOptions;
  /** Time, for tests. */
  readonly clock?: Clock;
  /** Randomness of retry delays, for tests: a number from 0 (inclusive) to 1 (exclusive). */
  readonly random?: () => number;
}

/** At most so many runs at once, and at most `max` beginning in any span of `per`. */
export interface LimitOptions {
  readonly concurrency?: number;
  readonly rate?: { readonly max: number; readonly per: Duration };
}

/** A queue for the runs of a workflow, kept to by all processes that share the file. `Input` is the workflow's input. */
export interface QueueOptions<Input> extends LimitOptions {
  /** The queue's name: workflows with the same one share it. Default: the workflow's name. */
  readonly name?: string;
  /** Divides the runs, for example by customer, for the limits of `perKey`. */
  readonly key?: (input: Input) => string;
  readonly perKey?: LimitOptions;
}

/** Options of `flow.register`. */
export interface RegisterOptions<Input> {
  /** Error classes that keep their class across a resume. */
  readonly errors?: readonly ErrorClass[];
  readonly queue?: QueueOptions<Input>;
}

/** Options of `flow.start`. */
export interface StartOptions {
  /** The run's id, random if absent. Starting again with the same id and input returns the run that is there. */
  readonly id?: string;
  /** The run begins after this time. */
  readonly delay?: Duration;
  /** The run fails with `DF_DEADLINE` if it has not ended this long after it could begin. Default: that of `@workflow`. */
  readonly deadline?: Duration;
  /** Of the runs that wait for a place, those with a higher priority begin first. Default 0. */
  readonly priority?: number;
  /** Names and values that the run can be found by. */
  readonly attributes?: Attributes;
}

/** Who decided, and why. */
export interface DecisionOptions {
  /** The person or program that decides. */
  readonly by: string;
  readonly reason?: string;
  /** The digest of the arguments that the decision was made on; if it is not the one on record, nothing is decided. */
  readonly digest?: string;
}

/** A yes, perhaps to other arguments than those that were asked for. */
export interface ApproveOptions extends DecisionOptions {
  /** All arguments, changed as the operator wants them; `@approval({ edits })` must accept them. */
  readonly edit?: readonly unknown[];
}

/** An operator's word on an effect in doubt. */
export interface ResolveOptions {
  readonly happened: boolean;
  /** What the call shall return, if it happened. */
  readonly value?: unknown;
  readonly by: string;
  /** `intendedAt` of the doubt that was looked into. A word that comes so late that the effect was begun again meanwhile is then refused. */
  readonly intendedAt?: Date;
}

/** When a schedule starts its runs. */
export interface ScheduleOptions {
  /** Names the schedule; defining it again changes it. */
  readonly id: string;
  /** A cron expression, with or without seconds: `'0 9 * * 1-5'`. */
  readonly cron: string;
  /** An IANA time zone, such as `'Europe/Oslo'`. Default: that of the machine. */
  readonly timezone?: string;
}

/** Which ended runs to make again: those that the query finds, or those of these ids. */
export interface RerunOptions extends RunQuery {
  readonly ids?: readonly string[];
}

/** Which ended runs to delete. */
export interface PruneOptions {
  /** Runs that ended longer ago than this. */
  readonly olderThan: Duration;
  readonly status?: 'completed' | 'failed' | 'rejected' | 'cancelled' | 'diverged';
  /** Delete nothing, only count. */
  readonly dryRun?: boolean;
  /** Told after each batch how many runs have been deleted so far. */
  readonly onProgress?: (deleted: number) => void;
}
